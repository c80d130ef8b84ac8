using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Uploads;

/// <summary>Signs a version's folder: release.json is made to name the signature first, because it is signed too.</summary>
internal static class SignFolder
{
    private const string Passphrase = "LLMOPS_KEY_PASSPHRASE";

    /// <summary>Writes model.sig; gives the problems that kept it from being written, and the public key's fingerprint.</summary>
    public static async Task<(IReadOnlyList<string> Problems, string Fingerprint)> Handle(string folder, string keyPath, CancellationToken cancellation)
    {
        (UploadManifest? manifest, byte[] json, IReadOnlyList<string> problems) = await VersionFolder.Read(folder, cancellation);
        if (manifest is null)
        {
            return (problems, "");
        }
        // A former signature is replaced; it is no fault of the files.
        AdmissionReport report = await VersionFolder.Admit(folder, manifest with { Signature = null }, json, SignatureDemand.None, cancellation);
        string[] stale = [$"{SignVersion.FileName} is not listed in release.json"];
        problems = [.. problems.Except(stale), .. report.Checks.SelectMany(check => check.Faults).Select(fault => fault.ToString())];
        if (problems.Count > 0)
        {
            return (problems, "");
        }
        using ECDsa key = await Key(keyPath, cancellation);
        byte[] named = Named(json);
        await File.WriteAllBytesAsync(Path.Combine(folder, UploadManifest.FileName), named, cancellation);
        await File.WriteAllTextAsync(Path.Combine(folder, SignVersion.FileName), SignVersion.Make(manifest, named, key), cancellation);
        return ([], new TrustedKey(keyPath, TrustedKey.PemOf(key)).Fingerprint);
    }

    private static byte[] Named(byte[] json)
    {
        JsonNode release = JsonNode.Parse(json)!;
        if ((string?)release["signature"] == SignVersion.FileName)
        {
            return json;
        }
        release["signature"] = SignVersion.FileName;
        return [.. JsonSerializer.SerializeToUtf8Bytes(release, Wire.Indented), (byte)'\n'];
    }

    private static async Task<ECDsa> Key(string path, CancellationToken cancellation)
    {
        string pem = await File.ReadAllTextAsync(path, cancellation);
        ECDsa key = ECDsa.Create();
        try
        {
            if (pem.Contains("BEGIN ENCRYPTED PRIVATE KEY", StringComparison.Ordinal))
            {
                key.ImportFromEncryptedPem(pem, Environment.GetEnvironmentVariable(Passphrase)
                    ?? throw new InvalidDataException($"{path} is encrypted; give its passphrase in {Passphrase}"));
            }
            else
            {
                key.ImportFromPem(pem);
            }
            if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
            {
                return key;
            }
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            // What cannot be read as a key is told below, without a word of what it holds.
        }
        key.Dispose();
        throw new InvalidDataException($"{path} holds no private key of an elliptic curve that can be read; `openssl ecparam -genkey -name prime256v1 -noout` makes one");
    }
}
