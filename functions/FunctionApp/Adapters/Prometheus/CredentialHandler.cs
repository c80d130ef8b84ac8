using System.Net.Http.Headers;
using Azure.Core;

namespace LlmOps.FunctionApp.Adapters.Prometheus;

/// <summary>Shows a bearer token of the app's identity with each request, for a Prometheus that asks who it is, such as Azure Monitor's.</summary>
internal sealed class CredentialHandler(TokenCredential credential, string audience) : DelegatingHandler
{
    private readonly TokenRequestContext scope = new([$"{audience.TrimEnd('/')}/.default"]);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // The credential keeps the token until it ends.
        AccessToken token = await credential.GetTokenAsync(scope, cancellationToken);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Token);
        return await base.SendAsync(request, cancellationToken);
    }
}
