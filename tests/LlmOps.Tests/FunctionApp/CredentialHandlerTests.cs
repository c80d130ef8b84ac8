using Azure.Core;
using LlmOps.FunctionApp.Adapters.Prometheus;

namespace LlmOps.Tests.FunctionApp;

public sealed class CredentialHandlerTests
{
    [Theory]
    [InlineData("https://prometheus.monitor.azure.com")]
    [InlineData("https://prometheus.monitor.azure.com/")]
    public async Task Each_request_shows_a_token_for_the_audience(string audience)
    {
        Answering server = new();
        using HttpClient http = new(new CredentialHandler(new Named(), audience) { InnerHandler = server });
        await http.GetAsync(new Uri("https://workspace.example/api/v1/query"));
        Assert.Equal("Bearer token for https://prometheus.monitor.azure.com/.default", server.Shown);
    }

    private sealed class Named : TokenCredential
    {
        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new($"token for {string.Join(' ', requestContext.Scopes)}", DateTimeOffset.MaxValue);

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            ValueTask.FromResult(GetToken(requestContext, cancellationToken));
    }

    private sealed class Answering : HttpMessageHandler
    {
        public string? Shown { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Shown = request.Headers.Authorization?.ToString();
            return Task.FromResult(new HttpResponseMessage());
        }
    }
}
