using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// What a candidate's servers made of the copies that reached them, by their own count: no gateway has to tell copies from
/// requests. They have nobody who could leave, so that an answer which was broken off (499) ran into the copies' time-out.
/// </summary>
public sealed class CountCopies(ILiveTraffic traffic)
{
    /// <summary>The family of counters that servers keep of their answers, by HTTP status.</summary>
    public const string Family = "llmops_requests_total";

    private const string BrokenOff = "499";

    /// <summary>The counters of the candidate's slot and version now; null where its servers count no answers, which is not zero.</summary>
    public async Task<TrafficCount?> Of(Release release, CancellationToken cancellation)
    {
        List<ServerCounter> own = [.. (await traffic.ReadServers(release.Model, Family, "code", cancellation))
            .Where(counter => counter.Slot == release.Slot && counter.Version == release.Runs)];
        return own.Count == 0 ? null : new TrafficCount(
            (long)own.Sum(counter => counter.Value), (long)own.Where(counter => counter.Label.StartsWith('5') || counter.Label == BrokenOff).Sum(counter => counter.Value));
    }
}
