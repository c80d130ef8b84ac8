using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Inbox;

/// <summary>Checks of what callers show, in constant time.</summary>
internal static class Credentials
{
    /// <summary>Whether an Authorization header carries one of the live bearer tokens.</summary>
    public static bool IsBearer(string? authorization, IReadOnlyList<string> tokens) =>
        authorization is not null && AnyOf(tokens, token => Equal(Encoding.UTF8.GetBytes(authorization), Encoding.UTF8.GetBytes($"Bearer {token}")));

    /// <summary>
    /// Whether a `sha256=…` (also sha384, sha512) signature is the HMAC of the raw body under one of the live secrets. Flux' own
    /// library reads sha224 too, but its notifier writes sha256 only, and .NET has no SHA-224: such a signature is refused.
    /// </summary>
    public static bool IsSigned(ReadOnlyMemory<byte> body, string? signature, IReadOnlyList<string> secrets) =>
        AnyOf(secrets, secret => IsSigned(body.Span, signature, secret));

    private static bool IsSigned(ReadOnlySpan<byte> body, string? signature, string secret)
    {
        byte[] key = Encoding.UTF8.GetBytes(secret);
        (byte[]? expected, string given) = signature?.Split('=', 2) switch
        {
            ["sha256", var hex] => (HMACSHA256.HashData(key, body), hex),
            ["sha384", var hex] => (HMACSHA384.HashData(key, body), hex),
            ["sha512", var hex] => (HMACSHA512.HashData(key, body), hex),
            _ => (null, ""),
        };
        return expected is not null && Equal(Encoding.ASCII.GetBytes(given), Encoding.ASCII.GetBytes(Convert.ToHexStringLower(expected)));
    }

    // Every secret is tried, also after one that fits: the time tells neither which it was nor whether there was one.
    private static bool AnyOf(IReadOnlyList<string> secrets, Func<string, bool> fits) =>
        secrets.Aggregate(false, (found, secret) => fits(secret) | found);

    private static bool Equal(ReadOnlySpan<byte> given, ReadOnlySpan<byte> expected) =>
        CryptographicOperations.FixedTimeEquals(SHA256.HashData(given), SHA256.HashData(expected));
}
