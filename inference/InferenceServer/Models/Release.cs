using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace LlmOps.Inference.Models;

/// <summary>What <c>release.json</c> says a version consists of.</summary>
internal sealed record Release(string Model, string Version, IReadOnlyList<ReleasedFile> Files)
{
    public const string FileName = "release.json";

    /// <summary>The most of a <c>release.json</c> that is read, in bytes: ten thousand files take a third of it.</summary>
    public const int MostBytes = 4 << 20;

    /// <summary>SHA-256, in lower-case hex, over one line <c>sha256  size  path</c> a file in ordinal order of the paths.</summary>
    public string Digest
    {
        get
        {
            IEnumerable<string> lines = Files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => $"{f.Sha256}  {f.Size}  {f.Path}\n");
            return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
        }
    }

    public static Release Read(string folder) => From(JsonFile.Read(folder, FileName));

    public static Release Parse(ReadOnlySpan<byte> json) => From(JsonFile.Parse(FileName, json));

    private static Release From(JsonFile json)
    {
        Release release = new(json.Text("model"), json.Text("version"), [.. json.Objects("files").Select(ReadFile)]);
        if (ReleaseRules.Fault(release) is { } fault) throw new RefusedModelException($"{FileName}: {fault}");
        return release;
    }

    /// <summary>Refuses the folder when a listed file is missing or differs.</summary>
    public void Verify(string folder)
    {
        foreach (ReleasedFile file in Files) file.Verify(folder);
    }

    /// <summary>Refuses files that are about to be opened although no digest covers them.</summary>
    public void RequireListed(IEnumerable<string> opened)
    {
        foreach (string name in opened)
        {
            if (Files.All(f => f.Path != name)) throw new RefusedModelException($"{name}: not listed in {FileName}");
        }
    }

    private static ReleasedFile ReadFile(JsonElement file)
    {
        if (file.TryGetProperty("path", out JsonElement path) && path.ValueKind == JsonValueKind.String
            && file.TryGetProperty("size", out JsonElement size) && size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long bytes)
            && file.TryGetProperty("sha256", out JsonElement hash) && hash.ValueKind == JsonValueKind.String)
        {
            return new ReleasedFile(path.GetString()!, bytes, hash.GetString()!);
        }
        throw new RefusedModelException($"{FileName}: an entry of files lacks path, size or sha256");
    }
}
