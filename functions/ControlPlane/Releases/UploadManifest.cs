using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>A file of a version: its path in the version's folder, its size in bytes and its SHA-256 (lower-case hex).</summary>
public sealed record UploadedFile(string Path, long Size, string Sha256);

/// <summary>What a version needs: GPUs, and memory in MB.</summary>
public sealed record Requirements(int Gpu, int MemoryMB);

/// <summary>An uploaded version's release.json: every file but itself and the signature, and where the version comes from.</summary>
public sealed record UploadManifest(
    string Model,
    string Version,
    IReadOnlyList<UploadedFile> Files,
    IReadOnlyDictionary<string, string>? Source = null,
    Requirements? Requires = null,
    string? License = null,
    string? Signature = null)
{
    public const string FileName = "release.json";

    /// <summary>The most of a release.json that is read, in bytes: ten thousand files take a third of it.</summary>
    private const int Most = 4 << 20;

    private const int Shown = 10;

    /// <summary>Reads a version's release.json with its ETag, or null when there is none; one that is too large reads as empty, and parses as such.</summary>
    internal static async Task<(byte[] Json, string ETag)?> ReadFrom(IBlobs blobs, string model, string version, CancellationToken cancellation)
    {
        await using BlobContent? content = await blobs.OpenRead(Containers.Models, $"{model}/{version}/{FileName}", cancellation);
        if (content is null)
        {
            return null;
        }
        using MemoryStream buffer = new();
        if (content.Length <= Most)
        {
            await content.Stream.CopyToAsync(buffer, cancellation);
        }
        return (buffer.ToArray(), content.ETag);
    }

    /// <summary>The version's digest: SHA-256 (hex) over a line `sha256  size  path` a file, in ordinal order of the paths.</summary>
    public string Digest() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(
        Files.OrderBy(file => file.Path, StringComparer.Ordinal).Select(file => $"{file.Sha256}  {file.Size}  {file.Path}\n")))));

    /// <summary>Parses a release.json; <paramref name="problem"/> says what is wrong when it returns null.</summary>
    public static UploadManifest? Parse(ReadOnlySpan<byte> json, out string problem)
    {
        if (json.IsEmpty)
        {
            problem = $"release.json is empty, or larger than {Most:N0} bytes";
            return null;
        }
        UploadManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<UploadManifest>(json, Wire.Json);
        }
        catch (JsonException error)
        {
            problem = $"release.json is not the JSON of a release: {error.Message}";
            return null;
        }
        List<string> problems = manifest is null ? ["holds null"] : [.. manifest.Problems()];
        problem = problems.Count == 0 ? "" : $"release.json: {First(problems)}";
        return problems.Count == 0 ? manifest : null;
    }

    /// <summary>The first few of many problems as one sentence.</summary>
    internal static string First(IReadOnlyCollection<string> problems) =>
        string.Join("; ", problems.Take(Shown)) + (problems.Count > Shown ? $"; and {problems.Count - Shown} more" : "");

    private IEnumerable<string> Problems()
    {
        if (Model is null || !Names.IsModel(Model))
        {
            yield return "'model' must match [a-z0-9]([a-z0-9-]*[a-z0-9])? and have at most 63 characters";
        }
        if (Version is null || !Names.IsVersion(Version))
        {
            yield return "'version' must be a SemVer such as 1.2.0 or 1.2.0-rc.1";
        }
        if (Files is not { Count: > 0 and <= 10_000 })
        {
            yield return "'files' must list the version's files";
            yield break;
        }
        foreach (UploadedFile file in Files)
        {
            if (Fault(file) is { } fault)
            {
                yield return $"file '{PlainText.OneLine(file?.Path ?? "", 100)}': {fault}";
            }
        }
        if (SignatureFault() is { } wrong)
        {
            yield return $"'signature' {wrong}";
        }
        foreach (IGrouping<string, UploadedFile> twice in Files.GroupBy(file => file?.Path ?? "", StringComparer.OrdinalIgnoreCase).Where(same => same.Count() > 1))
        {
            yield return $"file '{PlainText.OneLine(twice.Key, 100)}' is listed {twice.Count()} times";
        }
    }

    private string? SignatureFault() => Signature switch
    {
        null => null,
        _ when !IsSafe(Signature) || Signature.Contains('/', StringComparison.Ordinal) || Signature == FileName => "must name a file beside release.json",
        _ when Files.Any(file => file?.Path == Signature) => "names a file that is listed; the signature does not cover itself",
        _ => null,
    };

    private static string? Fault(UploadedFile? file) => file switch
    {
        null or { Path: null or "" } => "has no path",
        _ when !IsSafe(file.Path) => "the path must be relative, of printable ASCII without '..', ':', backslashes or quotes",
        { Path: FileName } => "release.json does not list itself",
        { Size: < 0 } => "the size is negative",
        { Sha256: null } => "has no sha256",
        _ when file.Sha256.Length != 64 || !file.Sha256.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f') => "sha256 must be 64 lower-case hex digits",
        _ => null,
    };

    /// <summary>Whether a path leads to a file below its folder on every system.</summary>
    internal static bool IsSafe(string path) =>
        path.Length <= 512 && path.All(c => c is >= ' ' and <= '~' and not ('\\' or ':' or '"' or '\'' or '`' or '$'))
        && path.Split('/').All(part => part is not ("" or "." or "..") && part == part.Trim(' ') && !part.StartsWith('-'));
}
