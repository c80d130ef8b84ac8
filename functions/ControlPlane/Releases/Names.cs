using System.Text.RegularExpressions;

namespace LlmOps.Releases;

/// <summary>What models and versions may be called: the names become Kubernetes names, paths and branches.</summary>
public static partial class Names
{
    /// <summary>Of a Kubernetes label's value, and of a Service's name.</summary>
    private const int LongestLabel = 63;

    /// <summary>The most characters of a new model's name: its slots' Services are called by it and `-blue` or `-green`.</summary>
    public static int LongestModel { get; } = LongestLabel - "-green".Length;

    /// <summary>Whether a model may be called so; names that are too long to be new ones are still read.</summary>
    public static bool IsModel(string name) => name.Length is > 0 and <= LongestLabel && ModelPattern().IsMatch(name);

    public static bool IsVersion(string version) => version.Length <= 63 && VersionPattern().IsMatch(version);

    [GeneratedRegex(@"\A[a-z0-9]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex ModelPattern();

    // SemVer 2.0.0 without build metadata: `+` is no character for a Kubernetes label.
    [GeneratedRegex(@"\A(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9][0-9]*|[0-9]*[a-zA-Z-][0-9a-zA-Z-]*))*)?\z")]
    private static partial Regex VersionPattern();
}
