using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>
/// Shows GitHub who asks: the App itself where a request is marked so, otherwise its installation, whose token it fetches,
/// keeps, and renews before it ends, and once when GitHub refuses it.
/// </summary>
internal sealed class GitHubAuthorization(GitHubOptions options, TimeProvider clock) : DelegatingHandler
{
    /// <summary>How long before its end a token is renewed: no request takes longer.</summary>
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(5);

    /// <summary>GitHub refuses requests without a name.</summary>
    private static readonly ProductInfoHeaderValue Name = new("llmops", "1.0");

    private readonly SemaphoreSlim turn = new(1, 1);
    private Token? newest;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Options.TryGetValue(GitHubRateLimits.AsApp, out bool asApp) && asApp)
        {
            return await Send(request, AppToken.Sign(options, clock.GetUtcNow()), cancellationToken);
        }
        Token shown = await Current(null, cancellationToken);
        HttpResponseMessage response = await Send(request, shown.Text, cancellationToken);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }
        response.Dispose();
        return await Send(request, (await Current(shown, cancellationToken)).Text, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            turn.Dispose();
        }
        base.Dispose(disposing);
    }

    private Task<HttpResponseMessage> Send(HttpRequestMessage request, string token, CancellationToken cancellation)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (request.Headers.UserAgent.Count == 0)
        {
            request.Headers.UserAgent.Add(Name);
        }
        return base.SendAsync(request, cancellation);
    }

    // Of those that come at once, one fetches the token and the others find it.
    private async Task<Token> Current(Token? refused, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            if (newest is null || newest == refused || newest.Ends - Early <= clock.GetUtcNow())
            {
                newest = await Fetch(cancellation);
            }
            return newest;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<Token> Fetch(CancellationToken cancellation)
    {
        using HttpRequestMessage request = GitHubRequests.CreateToken(options.InstallationId);
        string what = GitHubFailedException.Describe(request);
        request.RequestUri = new Uri(options.Rest, request.RequestUri!);
        using HttpResponseMessage response = await Send(request, AppToken.Sign(options, clock.GetUtcNow()), cancellation);
        string said = await response.Content.ReadAsStringAsync(cancellation);
        if ((int)response.StatusCode >= 500)
        {
            // Nothing was asked yet: it counts as a connection that broke, so that what may be asked again is.
            throw new HttpRequestException($"GitHub answers {(int)response.StatusCode} to {what}");
        }
        if (!response.IsSuccessStatusCode)
        {
            throw GitHubFailedException.Of(what, response, said);
        }
        JsonElement answer = JsonElement.Parse(said);
        return new Token(answer.GetProperty("token").GetString()!, answer.GetProperty("expires_at").GetDateTimeOffset());
    }

    // A class, so that it is compared by identity and never printed.
    private sealed class Token(string text, DateTimeOffset ends)
    {
        public string Text => text;

        public DateTimeOffset Ends => ends;
    }
}
