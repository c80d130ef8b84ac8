using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// The token by which an App proves who it is: a JWT signed with its private key (docs.github.com, "Generating a JSON Web
/// Token for a GitHub App"). GitHub takes ten minutes at most; a minute is given to clocks that differ.
/// </summary>
internal static class AppToken
{
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Lasts = TimeSpan.FromMinutes(9);

    public static string Sign(GitHubOptions options, DateTimeOffset now)
    {
        string head = Encode(new { alg = "RS256", typ = "JWT" });
        string claims = Encode(new { iat = (now - Skew).ToUnixTimeSeconds(), exp = (now + Lasts).ToUnixTimeSeconds(), iss = $"{options.AppId}" });
        using RSA key = RSA.Create();
        key.ImportFromPem(options.Pem);
        byte[] signature = key.SignData(System.Text.Encoding.ASCII.GetBytes($"{head}.{claims}"), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{head}.{claims}.{Base64Url.EncodeToString(signature)}";
    }

    private static string Encode(object part) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(part));
}
