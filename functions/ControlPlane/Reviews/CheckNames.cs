using System.Globalization;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>The names of our checks, and what they say they are about.</summary>
public static class CheckNames
{
    public const string Prefix = "llmops/";

    /// <summary>The check of what concerns every model; no model can be called so.</summary>
    public const string Quarantine = Prefix + Manifests.Slots.QuarantinePath;

    public static string Of(string model) => Prefix + model;

    public static string ReferenceTo(int pullRequest) => string.Create(CultureInfo.InvariantCulture, $"#{pullRequest}");

    public static int? PullRequestIn(string reference) =>
        reference.StartsWith('#') && int.TryParse(reference.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>The model and version that a reference names, or null when it names none.</summary>
    public static (string Model, string Version)? ReleaseIn(string reference) =>
        reference.Split('@', 2) is [var model, var version] && Names.IsModel(model) && Names.IsVersion(version) ? (model, version) : null;
}
