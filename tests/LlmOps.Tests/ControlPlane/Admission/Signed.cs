using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Admission;

/// <summary>A small version with a key of its own, and ways to spoil its signature.</summary>
internal sealed class Signed : IDisposable
{
    private readonly Dictionary<string, byte[]> files = TinyVersion.Files("w");

    public Signed(ECCurve? curve = null)
    {
        Key = ECDsa.Create(curve ?? ECCurve.NamedCurves.nistP256);
        Manifest = TinyVersion.Describe("m", "1.0.0", files, "model.sig");
        ReleaseJson = TinyVersion.Json(Manifest);
        Signature = SignVersion.Make(Manifest, ReleaseJson, Key);
    }

    public ECDsa Key { get; }

    public UploadManifest Manifest { get; }

    public byte[] ReleaseJson { get; set; }

    /// <summary>The text of model.sig, or null when it is missing.</summary>
    public string? Signature { get; set; }

    public void Dispose() => Key.Dispose();

    public static TrustedKey Trusted(ECDsa key, string path = "trust/release.pem") =>
        TrustedKey.Read(path, key.ExportSubjectPublicKeyInfoPem(), out _)!;

    /// <summary>Changes the bundle, not what it says is signed.</summary>
    public void Bundle(Action<JsonNode> change)
    {
        JsonNode bundle = JsonNode.Parse(Signature!)!;
        change(bundle);
        Signature = bundle.ToJsonString();
    }

    /// <summary>Changes the statement and signs it again with the key.</summary>
    public void Statement(Action<JsonNode> change)
    {
        JsonNode statement = JsonNode.Parse(SignatureBundle.Read(Encoding.UTF8.GetBytes(Signature!), out _)!.Payload)!;
        change(statement);
        Sign(Encoding.UTF8.GetBytes(statement.ToJsonString()));
    }

    public void Sign(byte[] payload) => Signature = SignatureBundle.Write(
        payload, Key.SignData(Dsse.Encode(Dsse.InToto, payload), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence), Trusted(Key).Fingerprint);

    /// <summary>Signs other files than the version has.</summary>
    public void Files(Func<IEnumerable<SignedFile>, IEnumerable<SignedFile>> change)
    {
        IEnumerable<SignedFile> own = Manifest.Files.Select(file => new SignedFile(file.Path, file.Sha256))
            .Append(new SignedFile("release.json", Convert.ToHexStringLower(SHA256.HashData(ReleaseJson))));
        Sign(SignedStatement.Write("m", change(own)));
    }

    public Task<AdmissionReport> Look(bool required = true, params TrustedKey[] keys)
    {
        Dictionary<string, byte[]> all = new(files);
        if (Signature is not null)
        {
            all["model.sig"] = Encoding.UTF8.GetBytes(Signature);
        }
        return new AdmitVersion(new AdmissionOptions()).Handle(
            Manifest, ReleaseJson, new SignatureDemand(required, keys),
            (path, _) => Task.FromResult(all.TryGetValue(path, out byte[]? bytes) ? new BlobContent(new MemoryStream(bytes), "", bytes.Length) : null), default);
    }
}
