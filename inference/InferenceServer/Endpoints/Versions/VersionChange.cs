using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>How far a change of the version has come.</summary>
/// <param name="Version">The version, or the folder that it was asked for by.</param>
/// <param name="State"><c>checking</c> its files, <c>loading</c> its weights, <c>unloading</c> it, or <c>refused</c>.</param>
/// <param name="Reason">Why it was refused.</param>
internal sealed record VersionChange(
    string Version, string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    public const string Checking = "checking";
    public const string Loading = "loading";
    public const string Unloading = "unloading";
    public const string Refused = "refused";
}
