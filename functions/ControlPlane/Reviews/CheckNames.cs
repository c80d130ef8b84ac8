using System.Globalization;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>The names of our checks, and what they say they are about.</summary>
public static class CheckNames
{
    public const string Prefix = "llmops/";

    private const string Again = "attempt-";

    /// <summary>The check of what concerns every model; no model can be called so.</summary>
    public const string Quarantine = Prefix + Manifests.Slots.QuarantinePath;

    /// <summary>The check of the models that get none of their own, as a change touches so many; no model can be called so.</summary>
    public const string Others = Prefix + "other.models";

    public static string Of(string model) => Prefix + model;

    public static string ReferenceTo(int pullRequest) => string.Create(CultureInfo.InvariantCulture, $"#{pullRequest}");

    public static int? PullRequestIn(string reference) =>
        reference.StartsWith('#') && int.TryParse(reference.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    /// <summary>What a check of a release refers to: this attempt, so that its buttons are not taken for those of a later one.</summary>
    public static string ReferenceTo(Release release) => release.Key;

    /// <summary>The model, version and attempt that a reference or another key of a release names, or null when it names none.</summary>
    public static (string Model, string Version, int Attempt)? ReleaseIn(string reference)
    {
        if (reference.Split('@', 2) is not [var model, var rest] || rest.Split('/') is not [var version, ..] parts || !Names.IsModel(model) || !Names.IsVersion(version))
        {
            return null;
        }
        int attempt = parts.Length > 1 && parts[1].StartsWith(Again, StringComparison.Ordinal)
            && int.TryParse(parts[1].AsSpan(Again.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 1;
        return (model, version, attempt);
    }
}
