using System.Text.Json.Serialization;

namespace LlmOps.Inference.Endpoints.Wire;

/// <summary>A version in the repository, in Triton's words.</summary>
/// <param name="State"><c>READY</c>, <c>LOADING</c>, <c>UNLOADING</c> or <c>UNAVAILABLE</c>.</param>
/// <param name="Reason">Why it is not ready, where there is more to say than that nobody asked for it.</param>
internal sealed record RepositoryEntry(
    string Name, string Version, string State, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Reason = null)
{
    public const string Ready = "READY";
    public const string Loading = "LOADING";
    public const string Unloading = "UNLOADING";
    public const string Unavailable = "UNAVAILABLE";
}
