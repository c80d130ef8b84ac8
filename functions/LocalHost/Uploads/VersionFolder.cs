using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Uploads;

/// <summary>A version's files on this machine, as they are before an upload.</summary>
internal static class VersionFolder
{
    /// <summary>Reads a folder's release.json with its bytes, and says what else lies there or why there is none.</summary>
    public static async Task<(UploadManifest? Manifest, byte[] Json, IReadOnlyList<string> Problems)> Read(string folder, CancellationToken cancellation)
    {
        string path = Path.Combine(folder, UploadManifest.FileName);
        if (!Directory.Exists(folder))
        {
            return (null, [], [$"{folder} is not a folder"]);
        }
        if (!File.Exists(path))
        {
            return (null, [], [$"{path} is missing; `llmops pack {folder} --model NAME --version VERSION` writes it"]);
        }
        byte[] json = await File.ReadAllBytesAsync(path, cancellation);
        if (UploadManifest.Parse(json, out string problem) is not { } manifest)
        {
            return (null, json, [$"{path}: {problem}"]);
        }
        HashSet<string> listed = [.. manifest.Files.Select(file => file.Path), UploadManifest.FileName, manifest.Signature ?? UploadManifest.FileName];
        return (manifest, json, [.. Files(folder).Where(file => !listed.Contains(file)).Select(file => $"{file} is not listed in release.json")]);
    }

    /// <summary>Goes through the server's checklist over the files of a folder.</summary>
    public static Task<AdmissionReport> Admit(
        string folder, UploadManifest manifest, byte[] json, SignatureDemand demand, CancellationToken cancellation) =>
        new AdmitVersion(new AdmissionOptions()).Handle(manifest, json, demand, (path, _) => Task.FromResult(Open(Path.Combine(folder, path))), cancellation);

    /// <summary>Makes the release.json of a folder from the files that lie in it.</summary>
    public static async Task<UploadManifest> Describe(string folder, string model, string version, CancellationToken cancellation)
    {
        List<UploadedFile> files = [];
        foreach (string path in Files(folder).Where(path => path is not (UploadManifest.FileName or SignVersion.FileName)).Order(StringComparer.Ordinal))
        {
            FileInfo file = new(Path.Combine(folder, path));
            files.Add(new UploadedFile(path, file.Length, await Hash(file.FullName, cancellation)));
        }
        return new UploadManifest(model, version, files);
    }

    /// <summary>Writes a release.json into its folder; one of the same content, signed or not, is kept. False when there is another.</summary>
    public static bool Write(string folder, UploadManifest manifest)
    {
        string path = Path.Combine(folder, UploadManifest.FileName);
        if (File.Exists(path))
        {
            string there = File.ReadAllText(path);
            return there == Text(manifest) || there == Text(manifest with { Signature = SignVersion.FileName });
        }
        File.WriteAllText(path, Text(manifest));
        return true;
    }

    private static string Text(UploadManifest manifest) => JsonSerializer.Serialize(manifest, Wire.Indented) + "\n";

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));

    private static BlobContent? Open(string path) =>
        File.Exists(path) && File.OpenRead(path) is var stream ? new BlobContent(stream, "", stream.Length) : null;

    private static async Task<string> Hash(string path, CancellationToken cancellation)
    {
        await using FileStream stream = File.OpenRead(path);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellation));
    }
}
