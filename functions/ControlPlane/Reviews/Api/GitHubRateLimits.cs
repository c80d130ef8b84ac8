using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace LlmOps.Reviews.Api;

/// <summary>
/// Keeps requests within GitHub's limits (docs.github.com, "Rate limits for the REST API" and "… the GraphQL API"): whoever
/// goes on after a refusal may be banned. It waits as long as GitHub says, sends writes one at a time with a second between
/// them, but for urgent ones, and tries again only what may be done twice. Every handler of one integration shares one
/// <see cref="RequestPace"/>.
/// </summary>
public sealed class GitHubRateLimits(RequestPace pace, TimeProvider clock) : DelegatingHandler
{
    /// <summary>Marks a request that may be done twice although its method says nothing of the kind.</summary>
    public static readonly HttpRequestOptionsKey<bool> Idempotent = new("llmops.idempotent");

    /// <summary>Marks a request that goes before the others and may use the last of the budget, such as that of a rollback.</summary>
    public static readonly HttpRequestOptionsKey<bool> Urgent = new("llmops.urgent");

    /// <summary>Marks a request of the App itself, not of its installation; it has a budget of its own.</summary>
    public static readonly HttpRequestOptionsKey<bool> AsApp = new("llmops.as-app");

    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    /// <summary>Whether an answer refused its request for a limit: nothing was done, and it may be asked again after a while.</summary>
    public static bool IsLimit(HttpStatusCode status, string said) => status == HttpStatusCode.TooManyRequests
        || (status == HttpStatusCode.Forbidden && said.Contains("rate limit", StringComparison.OrdinalIgnoreCase))
        // Within data, a quotation mark would be escaped: only an error of GraphQL reads so.
        || (status == HttpStatusCode.OK && said.Contains("\"type\":\"RATE_LIMITED\"", StringComparison.Ordinal));

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await pace.AwaitLimit(Budget(request), Marked(request, Urgent), cancellationToken);
            HttpResponseMessage? response = await Try(request, attempt, cancellationToken);
            if (response is not null)
            {
                bool limited = await Learn(request, response, cancellationToken);
                if (attempt == Tries || !MayRepeat(request) || !(limited || IsPassing(response.StatusCode)))
                {
                    return response;
                }
                response.Dispose();
                if (limited)
                {
                    continue;
                }
            }
            await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), clock, cancellationToken);
        }
    }

    private async Task<HttpResponseMessage?> Try(HttpRequestMessage request, int attempt, CancellationToken cancellation)
    {
        try
        {
            if (!IsWrite(request) || Marked(request, Urgent))
            {
                return await base.SendAsync(request, cancellation);
            }
            using IDisposable turn = await pace.TakeTurn(Budget(request), cancellation);
            return await base.SendAsync(request, cancellation);
        }
        catch (HttpRequestException) when (attempt < Tries && MayRepeat(request))
        {
            return null;
        }
    }

    // A 403 that tells of no limit is a missing permission, which no waiting mends.
    private async Task<bool> Learn(HttpRequestMessage request, HttpResponseMessage response, CancellationToken cancellation)
    {
        bool spent = Number(response.Headers, "x-ratelimit-remaining") is 0;
        if (Number(response.Headers, "x-ratelimit-remaining") is { } left && Number(response.Headers, "x-ratelimit-reset") is { } reset)
        {
            pace.Heard(Budget(request), left, DateTimeOffset.FromUnixTimeSeconds(reset));
        }
        bool refused = response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests;
        if (!refused && !(response.StatusCode == HttpStatusCode.OK && IsQuery(request)))
        {
            PassedIf(response.IsSuccessStatusCode);
            return false;
        }
        if (refused && RetryAfter(response.Headers, clock.GetUtcNow()) is { } asked)
        {
            pace.RestUntil(asked);
            return true;
        }
        if (refused && spent && response.Headers.Contains("x-ratelimit-reset"))
        {
            return true;
        }
        await response.Content.LoadIntoBufferAsync(cancellation);
        bool limited = IsLimit(response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
        if (limited && !(spent && response.Headers.Contains("x-ratelimit-reset")))
        {
            pace.RestLonger();
        }
        PassedIf(!limited && !refused);
        return limited;
    }

    private void PassedIf(bool passed)
    {
        if (passed)
        {
            pace.Passed();
        }
    }

    // Reads by GraphQL are POST too; what it does is said by the mark.
    private static bool IsQuery(HttpRequestMessage request) => request.RequestUri!.ToString().EndsWith("/graphql", StringComparison.Ordinal);

    private static string Budget(HttpRequestMessage request) => Marked(request, AsApp) ? "app" : IsQuery(request) ? "graphql" : "core";

    private static DateTimeOffset? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) =>
        headers.RetryAfter switch { { Delta: { } delta } => now + delta, { Date: { } date } => date, _ => null };

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    // A query that is marked as safe to do twice reads.
    private static bool IsWrite(HttpRequestMessage request) => request.Method != HttpMethod.Get && request.Method != HttpMethod.Head
        && !(IsQuery(request) && Marked(request, Idempotent));

    private static bool MayRepeat(HttpRequestMessage request) => !IsWrite(request) || Marked(request, Idempotent)
        || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete;

    private static bool Marked(HttpRequestMessage request, HttpRequestOptionsKey<bool> key) => request.Options.TryGetValue(key, out bool marked) && marked;
}
