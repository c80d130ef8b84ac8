namespace LlmOps.Inference.Models;

/// <summary>What a <c>release.json</c> may say, whoever wrote it: the names become paths and addresses, the numbers become reserved space.</summary>
internal static class ReleaseRules
{
    private const int MostFiles = 10_000;
    private const int LongestName = 128;
    private const int LongestPath = 512;
    private const long MostBytes = 1L << 44;

    /// <summary>The first fault, or null.</summary>
    public static string? Fault(Release release)
    {
        if (!IsName(release.Model)) return "'model' is not a plain name";
        if (!IsName(release.Version)) return "'version' is not a plain name";
        if (release.Files.Count is 0 or > MostFiles) return $"lists {release.Files.Count} files, not 1 to {MostFiles:N0}";
        if (release.Files.Select(Fault).FirstOrDefault(fault => fault is not null) is { } wrong) return wrong;
        if (release.Files.Sum(file => (decimal)file.Size) > MostBytes) return $"lists more than {MostBytes:N0} bytes";
        return release.Files.GroupBy(file => file.Path, StringComparer.OrdinalIgnoreCase).FirstOrDefault(same => same.Count() > 1) is { } twice
            ? $"{twice.Key}: listed {twice.Count()} times"
            : null;
    }

    /// <summary>Whether a path leads to a file below its folder on every system.</summary>
    public static bool IsInside(string path) =>
        path.Length <= LongestPath && path.All(c => c is >= ' ' and <= '~' and not ('\\' or ':' or '"' or '\'' or '`' or '$'))
        && path.Split('/').All(part => part is not ("" or "." or "..") && part == part.Trim(' ') && !part.StartsWith('-'));

    /// <summary>A text of a file for a message: in one line and not too long.</summary>
    public static string Shown(string text) =>
        string.Concat(text.Take(100).Select(c => c is >= ' ' and <= '~' ? c : '?')) + (text.Length > 100 ? "…" : "");

    private static string? Fault(ReleasedFile file) => file switch
    {
        _ when !IsInside(file.Path) => $"{Shown(file.Path)}: leads out of the model folder, or is not a plain relative path",
        { Path: Release.FileName } => "lists itself",
        { Size: < 0 } => $"{file.Path}: the size is negative",
        _ when file.Sha256.Length != 64 || !file.Sha256.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f') => $"{file.Path}: sha256 is not 64 lower-case hex digits",
        _ => null,
    };

    private static bool IsName(string name) => name.Length is > 0 and <= LongestName && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+');
}
