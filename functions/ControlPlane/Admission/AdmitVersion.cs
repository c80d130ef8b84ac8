using System.Security.Cryptography;
using LlmOps.Admission.Configs;
using LlmOps.Admission.Onnx;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Admission;

/// <summary>Opens a file of a version by its path, or gives null when there is none: in a container or in a folder.</summary>
public delegate Task<BlobContent?> OpenFile(string path, CancellationToken cancellation);

/// <summary>
/// The checklist that a version passes before anything reads it: each file is read once, is hashed and judged in the same
/// pass. The server and the command line ask the same questions here.
/// </summary>
public sealed class AdmitVersion(AdmissionOptions options)
{
    private const int BufferBytes = 1 << 17;

    /// <param name="manifest">The version's release.json, and its bytes as they were read.</param>
    /// <param name="releaseJson">The bytes that <paramref name="manifest"/> was read from.</param>
    /// <param name="demand">Which signature the version must have.</param>
    /// <param name="open">Opens the version's files.</param>
    /// <param name="cancellation">Ends the look.</param>
    public async Task<AdmissionReport> Handle(
        UploadManifest manifest, byte[] releaseJson, SignatureDemand demand, OpenFile open, CancellationToken cancellation)
    {
        Checklist list = new();
        FileRules.Look(manifest, options, list.Of(Checklist.Files));
        list.See(Checklist.Files, $"{manifest.Files.Count} files of {manifest.Files.Sum(file => (decimal)file.Size):N0} bytes");
        // What is too large is not read at all.
        if (!FileRules.Exceeds(manifest, options))
        {
            await LookAtFiles(manifest, open, list, cancellation);
        }
        string? signedBy = await LookAtSignature(manifest, releaseJson, demand, open, list, cancellation);
        return new AdmissionReport(list.Checks(), signedBy);
    }

    // genai_config.json says which files are models, so it is first.
    private async Task LookAtFiles(UploadManifest manifest, OpenFile open, Checklist list, CancellationToken cancellation)
    {
        HashSet<string> models = [.. manifest.Files.Select(file => file.Path).Where(path => path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))];
        HashSet<string> listed = [.. manifest.Files.Select(file => file.Path)];
        int json = 0;
        foreach (UploadedFile file in manifest.Files.OrderBy(file => file.Path != GenaiRules.FileName))
        {
            IFileInspection? inspection =
                models.Contains(file.Path) ? new OnnxInspection(file.Path, file.Size, Beside(file.Path, manifest), options)
                : RemoteCodeRules.IsJson(file.Path) ? new JsonInspection(file.Path, options, Rules(file.Path, listed, models))
                : null;
            FaultList digests = list.Of(Checklist.Digests);
            int before = digests.Count;
            await Read(file, open, inspection, digests, cancellation);
            if (inspection is not null && digests.Count == before)
            {
                json += inspection is JsonInspection ? 1 : 0;
                list.Of(inspection is OnnxInspection ? Checklist.Onnx : Checklist.Json).AddAll(inspection.Faults);
            }
        }
        list.See(Checklist.Digests, "sizes and SHA-256 are what release.json says");
        list.See(Checklist.Json, $"{json} JSON files; none names a library, code or a place elsewhere");
        list.See(Checklist.Onnx, $"{string.Join(", ", models.Order(StringComparer.Ordinal).Take(3))}: form, caps, operators and external data");
    }

    private static Action<System.Text.Json.JsonElement, FaultList> Rules(string path, HashSet<string> listed, HashSet<string> models) =>
        path == GenaiRules.FileName ? (root, faults) => GenaiRules.Look(root, listed, models, faults)
        : RemoteCodeRules.Concern(path) ? (root, faults) => RemoteCodeRules.Look(path, root, faults)
        : (_, _) => { };

    private static async Task Read(UploadedFile file, OpenFile open, IFileInspection? inspection, FaultList faults, CancellationToken cancellation)
    {
        await using BlobContent? content = await open(file.Path, cancellation);
        if (content is null)
        {
            faults.Add(file.Path, "is missing; release.json lists it", "upload the whole folder under a new version");
            return;
        }
        if (content.Length != file.Size)
        {
            faults.Add(file.Path, $"has {content.Length} bytes; release.json says {file.Size}", "pack the folder again, under a new version");
            return;
        }
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        long read = 0;
        while (await content.Stream.ReadAsync(buffer, cancellation) is > 0 and var count)
        {
            hash.AppendData(buffer, 0, count);
            inspection?.Feed(buffer.AsSpan(0, count));
            read += count;
        }
        inspection?.End();
        string digest = Convert.ToHexStringLower(hash.GetHashAndReset());
        if (read != file.Size || digest != file.Sha256)
        {
            faults.Add(file.Path, $"has the SHA-256 {digest}; release.json says {file.Sha256}", "pack the folder again, under a new version");
        }
    }

    // External data is named from the folder that the model lies in.
    private static Dictionary<string, long> Beside(string path, UploadManifest manifest)
    {
        string folder = path[..(path.LastIndexOf('/') + 1)];
        return manifest.Files.Where(file => file.Path.StartsWith(folder, StringComparison.Ordinal))
            .ToDictionary(file => file.Path[folder.Length..], file => file.Size, StringComparer.Ordinal);
    }

    private static async Task<string?> LookAtSignature(
        UploadManifest manifest, byte[] releaseJson, SignatureDemand demand, OpenFile open, Checklist list, CancellationToken cancellation)
    {
        FaultList faults = list.Of(Checklist.Signature);
        (string seen, TrustedKey? key) = await CheckSignature.Look(manifest, releaseJson, demand, open, faults, cancellation);
        list.See(Checklist.Signature, seen);
        return key?.ToString();
    }
}
