using System.Text.RegularExpressions;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>The folder under which versions may be loaded from: <c>{model}/{version}</c>, or any folder within it by its path.</summary>
internal sealed partial class ModelRoot(string path)
{
    private readonly string _root = Real(Path.GetFullPath(path));

    /// <summary>A version's folder; null when the text is no version.</summary>
    public string? OfVersion(string model, string version) => Plain().IsMatch(version) && Plain().IsMatch(model) ? Within(Path.Combine(model, version)) : null;

    /// <summary>A folder by its path from the root on; null when that leads out of the root, by itself or through a link.</summary>
    public string? Within(string relative)
    {
        if (relative.Length == 0 || relative.Contains('\0', StringComparison.Ordinal) || Path.IsPathRooted(relative)) return null;
        try
        {
            string real = Real(Path.GetFullPath(Path.Combine(_root, relative)));
            return real.StartsWith(_root + Path.DirectorySeparatorChar, StringComparison.Ordinal) ? real : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Names of the versions that lie under a model's name.</summary>
    public IReadOnlyList<string> VersionsOf(string model)
    {
        string folder = Path.Combine(_root, model);
        return Directory.Exists(folder) ? [.. Directory.EnumerateDirectories(folder).Select(Path.GetFileName).OfType<string>().Order(StringComparer.Ordinal)] : [];
    }

    // Links are followed one part after the other, since each part may be one.
    private static string Real(string full)
    {
        string at = Path.GetPathRoot(full)!;
        foreach (string part in full[at.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            at = Path.Combine(at, part);
            if (Directory.Exists(at) && new DirectoryInfo(at).ResolveLinkTarget(returnFinalTarget: true) is { } target) at = Real(target.FullName);
        }
        return at;
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.+_-]{0,127}\z")]
    private static partial Regex Plain();
}
