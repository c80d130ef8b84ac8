using System.Threading.RateLimiting;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Versions;

namespace LlmOps.Inference.Endpoints.Keys;

/// <summary>Lets a request in that bears a key for it, within the key's limits. Health and metrics need none.</summary>
internal sealed class RequireKey(ApiKeyFile keys, LiveVersion live) : IDisposable
{
    private const string Scheme = "Bearer ";
    private static readonly TimeSpan Busy = TimeSpan.FromSeconds(1);

    private readonly PartitionedRateLimiter<ApiKey> _rate = PartitionedRateLimiter.Create<ApiKey, string>(key => key.RequestsPerMinute == 0
        ? RateLimitPartition.GetNoLimiter(key.Sha256)
        : RateLimitPartition.GetTokenBucketLimiter(key.Sha256, _ => Bucket(key.RequestsPerMinute)));

    private readonly PartitionedRateLimiter<ApiKey> _concurrent = PartitionedRateLimiter.Create<ApiKey, string>(key => key.Concurrent == 0
        ? RateLimitPartition.GetNoLimiter(key.Sha256)
        : RateLimitPartition.GetConcurrencyLimiter(key.Sha256, _ => new ConcurrencyLimiterOptions { PermitLimit = key.Concurrent }));

    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        PathString path = http.Request.Path;
        if (path.StartsWithSegments("/health") || path.StartsWithSegments("/v2/health") || path == "/metrics")
        {
            await next(http);
            return;
        }
        if (Refuse(http, out ApiKey? key) is { } refusal)
        {
            await refusal.WriteAsync(http);
            return;
        }
        RequestRecord.Of(http).Key = key!.Name;
        http.Features.Set(key!);
        using RateLimitLease concurrent = _concurrent.AttemptAcquire(key!);
        if (!concurrent.IsAcquired)
        {
            // Not one of the minute's: it is not worked on.
            await ApiError.OverLimit(Busy).WriteAsync(http);
            return;
        }
        using RateLimitLease rate = _rate.AttemptAcquire(key!);
        if (rate.IsAcquired) await next(http);
        else await ApiError.OverLimit(rate.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan wait) ? wait : Busy).WriteAsync(http);
    }

    public void Dispose()
    {
        _rate.Dispose();
        _concurrent.Dispose();
    }

    private ApiError? Refuse(HttpContext http, out ApiKey? key)
    {
        string? given = http.Request.Headers.Authorization;
        bool borne = given is not null && given.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase);
        key = borne ? keys.Find(given![Scheme.Length..].Trim()) : null;
        if (key is null) return ApiError.NoKey(borne);
        string verb = http.Request.Path.StartsWithSegments("/v2/repository") ? ApiKey.Admin : HttpMethods.IsPost(http.Request.Method) ? ApiKey.Infer : ApiKey.Read;
        if (!key.Allows(verb)) return ApiError.NotAllowed($"The key '{key.Name}' does not allow '{verb}'.");
        return key.AllowsModel(live.ModelName) ? null : ApiError.NotAllowed($"The key '{key.Name}' does not allow the model '{live.ModelName}'.");
    }

    private static TokenBucketRateLimiterOptions Bucket(int perMinute) => new()
    {
        TokenLimit = perMinute,
        TokensPerPeriod = 1,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1) / perMinute,
        AutoReplenishment = true,
    };
}
