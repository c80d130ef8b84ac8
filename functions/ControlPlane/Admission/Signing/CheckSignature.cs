using System.Security.Cryptography;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Admission.Signing;

/// <summary>
/// Whether a trusted key vouches for exactly the files of a version and its release.json: first the signature, then what
/// was signed.
/// </summary>
internal static class CheckSignature
{
    private const int MaxBytes = 8 << 20;
    private const string Again = "sign the folder (`llmops sign`); what is uploaded already needs a new version";

    /// <summary>What was seen, and the key that signed when all of it holds.</summary>
    public static async Task<(string Seen, TrustedKey? Key)> Look(
        UploadManifest manifest, byte[] releaseJson, SignatureDemand demand, OpenFile open, FaultList faults, CancellationToken cancellation)
    {
        if (manifest.Signature is not { } path)
        {
            if (demand.Required)
            {
                faults.Add(UploadManifest.FileName, "names no signature, but one is required", Again);
            }
            return ("not signed", null);
        }
        await using BlobContent? content = await open(path, cancellation);
        if (content is null || content.Length > MaxBytes)
        {
            faults.Add(path, content is null ? "is missing; release.json names it" : $"has {content.Length:N0} bytes; {MaxBytes:N0} are admitted", Again);
            return ("not readable", null);
        }
        using MemoryStream bytes = new();
        await content.Stream.CopyToAsync(bytes, cancellation);
        int before = faults.Count;
        if (SignatureBundle.Read(bytes.ToArray(), out string problem) is not { } bundle
            || SignedStatement.Read(bundle.Payload, out problem) is not { } signed)
        {
            faults.Add(path, problem, Again);
            return ("not readable", null);
        }
        TrustedKey? key = Signer(path, bundle, demand, faults);
        Compare(path, signed, manifest, releaseJson, faults);
        bool holds = key is not null && faults.Count == before;
        return holds ? ($"signed by {key}", key)
            : faults.Count > before ? ("does not hold", null)
            : ("signed, but no key was given that could vouch for it", null);
    }

    private static TrustedKey? Signer(string path, SignatureBundle bundle, SignatureDemand demand, FaultList faults)
    {
        byte[] signed = Dsse.Encode(Dsse.InToto, bundle.Payload);
        TrustedKey? key = demand.Keys.FirstOrDefault(key => key.Vouches(signed, bundle.Signature));
        if (key is not null || demand.Keys.Count == 0)
        {
            return key;
        }
        string keys = string.Join(", ", demand.Keys.Select(trusted => trusted.Path));
        bool claims = demand.Keys.Any(trusted => trusted.Fingerprint == bundle.Hint);
        faults.Add(
            path,
            claims ? $"does not hold under {keys}: the statement or the signature was changed" : $"is not made with any of {keys}",
            claims ? Again : "sign with a key that gates.yaml names, or add the key's public half there");
        return null;
    }

    private static void Compare(string path, IReadOnlyList<SignedFile> signed, UploadManifest manifest, byte[] releaseJson, FaultList faults)
    {
        Dictionary<string, string> files = manifest.Files.ToDictionary(file => file.Path, file => file.Sha256, StringComparer.Ordinal);
        files[UploadManifest.FileName] = Convert.ToHexStringLower(SHA256.HashData(releaseJson));
        foreach (SignedFile file in signed)
        {
            string shown = PlainText.OneLine(file.Path, 100);
            if (!files.Remove(file.Path, out string? digest))
            {
                faults.Add(path, $"vouches for '{shown}', which is not in the version, or twice", Again);
            }
            else if (digest != file.Sha256)
            {
                faults.Add(path, $"vouches for other content of '{shown}'", Again);
            }
        }
        foreach (string missing in files.Keys.Order(StringComparer.Ordinal))
        {
            faults.Add(path, $"does not vouch for '{missing}'", Again);
        }
    }
}
