using System.Net;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>What is kept of a request to ask it again elsewhere: everything but its body and what belongs to its connection.</summary>
internal sealed record CopiedRequest(HttpMethod Method, Uri Address, IReadOnlyList<KeyValuePair<string, string?[]>> Headers)
{
    /// <summary>Fields of one connection (RFC 9110, 7.6.1), and those that the copy's own connection sets.</summary>
    private static readonly HashSet<string> NotCopied = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Expect", "Host", "Content-Length",
    };

    public static CopiedRequest Of(HttpRequest request, string address, PathString path) => new(
        HttpMethod.Parse(request.Method), new Uri(address.TrimEnd('/') + path.ToUriComponent() + request.QueryString.ToUriComponent()),
        [.. request.Headers.Where(header => !NotCopied.Contains(header.Key)).Select(header => KeyValuePair.Create(header.Key, header.Value.ToArray()))]);

    /// <summary>The request with a body, or without one where there are no bytes.</summary>
    public HttpRequestMessage With(byte[] body)
    {
        HttpRequestMessage message = new(Method, Address)
        {
            Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = body.Length == 0 ? null : new ByteArrayContent(body),
        };
        foreach ((string name, string?[] values) in Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, values))
            {
                message.Content?.Headers.TryAddWithoutValidation(name, values);
            }
        }
        return message;
    }
}
