using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace LlmOps.Reviews.Api;

/// <summary>
/// Keeps requests within GitHub's limits (docs.github.com, "Rate limits for the REST API"): whoever goes on after a refusal
/// may be banned. It waits as long as GitHub says, sends writes one at a time with a second between them, but for urgent ones,
/// and tries again only what may be done twice. Every handler of one integration shares one <see cref="RequestPace"/>.
/// </summary>
public sealed class GitHubRateLimits(RequestPace pace, TimeProvider clock) : DelegatingHandler
{
    /// <summary>Marks a request that may be done twice although its method says nothing of the kind.</summary>
    public static readonly HttpRequestOptionsKey<bool> Idempotent = new("llmops.idempotent");

    /// <summary>Marks a write that goes before the others, such as that of a rollback.</summary>
    public static readonly HttpRequestOptionsKey<bool> Urgent = new("llmops.urgent");

    private const int Tries = 4;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            await pace.AwaitLimit(cancellationToken);
            HttpResponseMessage? response = await Try(request, attempt, cancellationToken);
            if (response is not null)
            {
                bool limited = await Learn(response, cancellationToken);
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
            using IDisposable turn = await pace.TakeTurn(cancellation);
            return await base.SendAsync(request, cancellation);
        }
        catch (HttpRequestException) when (attempt < Tries && MayRepeat(request))
        {
            return null;
        }
    }

    // A 403 that tells of no limit is a missing permission, which no waiting mends.
    private async Task<bool> Learn(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (response.StatusCode is not (HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests))
        {
            if (response.IsSuccessStatusCode)
            {
                pace.Passed();
            }
            return false;
        }
        DateTimeOffset now = clock.GetUtcNow();
        if (RetryAfter(response.Headers, now) is { } asked)
        {
            pace.RestUntil(asked);
            return true;
        }
        if (Number(response.Headers, "x-ratelimit-remaining") == 0 && Number(response.Headers, "x-ratelimit-reset") is { } reset)
        {
            pace.RestUntil(DateTimeOffset.FromUnixTimeSeconds(reset));
            return true;
        }
        await response.Content.LoadIntoBufferAsync(cancellation);
        string said = await response.Content.ReadAsStringAsync(cancellation);
        bool limited = response.StatusCode == HttpStatusCode.TooManyRequests || said.Contains("rate limit", StringComparison.OrdinalIgnoreCase);
        if (limited)
        {
            pace.RestLonger();
        }
        return limited;
    }

    private static DateTimeOffset? RetryAfter(HttpResponseHeaders headers, DateTimeOffset now) =>
        headers.RetryAfter switch { { Delta: { } delta } => now + delta, { Date: { } date } => date, _ => null };

    private static long? Number(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out IEnumerable<string>? values)
        && long.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static bool IsPassing(HttpStatusCode status) => status is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway
        or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    private static bool IsWrite(HttpRequestMessage request) => request.Method != HttpMethod.Get && request.Method != HttpMethod.Head;

    private static bool MayRepeat(HttpRequestMessage request) => !IsWrite(request) || Marked(request, Idempotent)
        || request.Method == HttpMethod.Put || request.Method == HttpMethod.Delete;

    private static bool Marked(HttpRequestMessage request, HttpRequestOptionsKey<bool> key) => request.Options.TryGetValue(key, out bool marked) && marked;
}
