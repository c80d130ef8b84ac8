using System.Security.Cryptography;
using System.Text;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.LocalHost.Functions.Http;

/// <summary>Admits requests as the Functions host does: by a key in a header or in the query, unless the function is anonymous.</summary>
internal static class HostKey
{
    public static bool Admits(HttpRequest request, AuthorizationLevel level, string key) =>
        level == AuthorizationLevel.Anonymous
        || IsSame(request.Headers["x-functions-key"], key)
        || IsSame(request.Query["code"], key);

    // Of digests, so that not even the key's length shows in the time taken.
    private static bool IsSame(string? given, string key) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Digest(given), Digest(key));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
