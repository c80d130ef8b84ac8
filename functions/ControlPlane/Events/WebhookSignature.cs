using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Events;

/// <summary>
/// Signs webhooks by Standard Webhooks 1.0: `v1,` and the base64 HMAC-SHA256 over `id.timestamp.body`. Each secret signs, so
/// that a receiver may hold the old or the new one while they are changed.
/// </summary>
public static class WebhookSignature
{
    /// <summary>What a secret begins with.</summary>
    public const string Prefix = "whsec_";

    // Standard Webhooks: "at least 24 bytes (192 bits, 512 maximum)", that is 64 bytes.
    private const int LeastBytes = 24;
    private const int MostBytes = 64;

    /// <summary>The key in a secret, or null when it is not `whsec_` and the base64 of 24 to 64 bytes.</summary>
    public static byte[]? KeyOf(string secret)
    {
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        byte[] key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out int length) && length is >= LeastBytes and <= MostBytes ? key[..length] : null;
    }

    /// <summary>The headers of a try made now; with MLflow's own beside them for receivers written for it.</summary>
    public static IReadOnlyDictionary<string, string> Headers(string id, DateTimeOffset now, byte[] body, IReadOnlyList<string> secrets, bool mlflow)
    {
        string timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        byte[] signed = [.. Encoding.UTF8.GetBytes($"{id}.{timestamp}."), .. body];
        Dictionary<string, string> headers = new()
        {
            ["webhook-id"] = id,
            ["webhook-timestamp"] = timestamp,
            ["webhook-signature"] = string.Join(' ', secrets.Select(secret => Sign(KeyOf(secret)!, signed))),
        };
        if (mlflow)
        {
            // MLflow's key is the secret's text as it stands, and its header holds one signature.
            headers["X-MLflow-Delivery-Id"] = id;
            headers["X-MLflow-Timestamp"] = timestamp;
            headers["X-MLflow-Signature"] = Sign(Encoding.UTF8.GetBytes(secrets[0]), signed);
        }
        return headers;
    }

    private static string Sign(byte[] key, byte[] signed) => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(key, signed))}";
}
