using System.Security.Cryptography;
using LlmOps.Releases;

namespace LlmOps.Admission.Signing;

/// <summary>Makes the signature file of a version: a bundle that vouches for every listed file and for release.json itself.</summary>
public static class SignVersion
{
    /// <summary>The name under which the signature lies beside release.json.</summary>
    public const string FileName = "model.sig";

    /// <summary>The signature's JSON. <paramref name="releaseJson"/> must name the signature already: it is signed too.</summary>
    public static string Make(UploadManifest manifest, byte[] releaseJson, ECDsa key)
    {
        HashAlgorithmName hash = TrustedKey.Curve(key) ?? throw new NotSupportedException("a key to sign with is of the curve P-256, P-384 or P-521");
        IEnumerable<SignedFile> files = manifest.Files.Select(file => new SignedFile(file.Path, file.Sha256))
            .Append(new SignedFile(UploadManifest.FileName, Convert.ToHexStringLower(SHA256.HashData(releaseJson))));
        byte[] payload = SignedStatement.Write(manifest.Model, files);
        byte[] signature = key.SignData(Dsse.Encode(Dsse.InToto, payload), hash, DSASignatureFormat.Rfc3279DerSequence);
        string pem = TrustedKey.PemOf(key);
        return SignatureBundle.Write(payload, signature, new TrustedKey("", pem).Fingerprint);
    }
}
