using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Admission.Signing;

/// <summary>A public key that may vouch for versions: where it lies, and what it is.</summary>
/// <param name="Path">The key's path in the GitOps repository, or on this machine.</param>
/// <param name="PublicPem">The key as PEM, as every tool writes it.</param>
public sealed record TrustedKey(string Path, string PublicPem)
{
    /// <summary>SHA-256 (hex) of the key's PEM: what OpenSSF model signing writes into a bundle as the key's hint.</summary>
    public string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PublicPem)));

    /// <summary>Reads a public key from PEM; <paramref name="problem"/> says what is wrong when it returns null.</summary>
    public static TrustedKey? Read(string path, string pem, out string problem)
    {
        problem = "is no public key of an elliptic curve (P-256, P-384 or P-521) in PEM; `openssl ec -in key.pem -pubout` writes one";
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            problem = "is a private key; whoever reads it can sign. Make a new one, and give the public key only";
            return null;
        }
        using ECDsa key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (Curve(key) is null)
            {
                return null;
            }
            problem = "";
            return new TrustedKey(path, PemOf(key));
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The public half of a key as PEM that ends with a line feed.</summary>
    public static string PemOf(ECDsa key) => key.ExportSubjectPublicKeyInfoPem() + "\n";

    /// <summary>Whether the key signed these bytes.</summary>
    public bool Vouches(byte[] bytes, byte[] signature)
    {
        using ECDsa key = ECDsa.Create();
        key.ImportFromPem(PublicPem);
        return key.VerifyData(bytes, signature, Curve(key)!.Value, DSASignatureFormat.Rfc3279DerSequence);
    }

    /// <summary>The digest that goes with a key's curve, or null when the curve is none of the three.</summary>
    public static HashAlgorithmName? Curve(ECDsa key) => key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value switch
    {
        "1.2.840.10045.3.1.7" => HashAlgorithmName.SHA256,
        "1.3.132.0.34" => HashAlgorithmName.SHA384,
        "1.3.132.0.35" => HashAlgorithmName.SHA512,
        _ => null,
    };

    public override string ToString() => $"{Path} sha256:{Fingerprint}";
}

/// <summary>Which signature a version must have: whether any, and whose.</summary>
public sealed record SignatureDemand(bool Required, IReadOnlyList<TrustedKey> Keys)
{
    public static SignatureDemand None { get; } = new(false, []);
}
