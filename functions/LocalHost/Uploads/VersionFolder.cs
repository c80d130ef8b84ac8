using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Uploads;

/// <summary>A version's files on this machine, as they are before an upload.</summary>
internal static class VersionFolder
{
    /// <summary>Reads and checks a folder against its release.json; the problems say what is wrong with which file.</summary>
    public static async Task<(UploadManifest? Manifest, IReadOnlyList<string> Problems)> Read(string folder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, UploadManifest.FileName);
        if (!Directory.Exists(folder))
        {
            return (null, [$"{folder} is not a folder"]);
        }
        if (!File.Exists(path))
        {
            return (null, [$"{path} is missing; `llmops pack {folder} --model NAME --version VERSION` writes it"]);
        }
        if (UploadManifest.Parse(await File.ReadAllBytesAsync(path, cancellation), out string problem) is not { } manifest)
        {
            return (null, [$"{path}: {problem}"]);
        }
        List<string> problems = [];
        foreach (UploadedFile file in manifest.Files)
        {
            if (await Fault(Path.Combine(folder, file.Path), file, cancellation) is { } fault)
            {
                problems.Add(fault);
            }
        }
        HashSet<string> listed = [.. manifest.Files.Select(file => file.Path), UploadManifest.FileName, manifest.Signature ?? UploadManifest.FileName];
        problems.AddRange(Files(folder).Where(file => !listed.Contains(file)).Select(file => $"{file} is not listed in release.json"));
        return (manifest, problems);
    }

    /// <summary>Makes the release.json of a folder from the files that lie in it.</summary>
    public static async Task<UploadManifest> Describe(string folder, string model, string version, CancellationToken cancellation)
    {
        List<UploadedFile> files = [];
        foreach (string path in Files(folder).Where(path => path != UploadManifest.FileName).Order(StringComparer.Ordinal))
        {
            FileInfo file = new(Path.Combine(folder, path));
            files.Add(new UploadedFile(path, file.Length, await Hash(file.FullName, cancellation)));
        }
        return new UploadManifest(model, version, files);
    }

    /// <summary>Writes a release.json into its folder; false when one is there with other content.</summary>
    public static bool Write(string folder, UploadManifest manifest)
    {
        string path = Path.Combine(folder, UploadManifest.FileName);
        string text = JsonSerializer.Serialize(manifest, Wire.Indented) + "\n";
        if (File.Exists(path))
        {
            return File.ReadAllText(path) == text;
        }
        File.WriteAllText(path, text);
        return true;
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));

    private static async Task<string?> Fault(string path, UploadedFile file, CancellationToken cancellation)
    {
        if (!File.Exists(path))
        {
            return $"{file.Path} is missing; release.json lists it";
        }
        long size = new FileInfo(path).Length;
        if (size != file.Size)
        {
            return $"{file.Path} has {size} bytes; release.json says {file.Size}";
        }
        string hash = await Hash(path, cancellation);
        return hash == file.Sha256 ? null : $"{file.Path} has the SHA-256 {hash}; release.json says {file.Sha256}";
    }

    private static async Task<string> Hash(string path, CancellationToken cancellation)
    {
        await using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }
}
