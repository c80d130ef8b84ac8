using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace LlmOps.Flux;

/// <summary>The request that a Receiver hears: its path, its body and the caller's proof (fluxcd, docs/spec/v1/receivers.md).</summary>
internal static class ReceiverCall
{
    /// <summary>`/hook/` and the SHA-256 of token, name and namespace; a Receiver of type generic-oidc has no token.</summary>
    public static string Path(string token, string name, string space) =>
        $"/hook/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token + name + space)))}";

    /// <summary>The request; <paramref name="bearer"/> is the token of an identity where the proof is one.</summary>
    public static HttpRequestMessage Of(FluxReceiverOptions options, byte[] body, string? bearer)
    {
        bool signed = options.Proof == ReceiverProof.Hmac;
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(options.Url, Path(signed ? options.Token : "", options.Name, options.Namespace)))
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
        if (signed)
        {
            request.Headers.Add("X-Signature", $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(options.Token), body))}");
        }
        else
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        }
        return request;
    }
}
