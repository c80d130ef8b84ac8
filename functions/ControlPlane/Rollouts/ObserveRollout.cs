using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>What was seen of a rollout at one look.</summary>
/// <param name="Seen">The release with everything that was counted up to now.</param>
/// <param name="Counts">The errors' counts; null without the candidate's, or before its first step.</param>
/// <param name="Gateway">The gateway's counters, of a shadow's candidate those of its servers; none when they could not be read.</param>
/// <param name="Unread">Why some of it could not be read; null when all was.</param>
public sealed record Observation(
    Release Seen, RolloutCounts? Counts, IReadOnlyDictionary<string, TrafficCount> Gateway, string? Unread = null)
{
    /// <summary>Of the judgement, what unread counters leave: errors that were counted are errors, but nothing passes unseen.</summary>
    public RolloutDecision Limit(RolloutDecision judged, TimeSpan waited, RolloutPolicy policy) => (Unread, judged) switch
    {
        (null, _) or (_, RolloutDecision.RollBack) => judged,
        ({ } unread, _) when waited < policy.StepDeadline => new RolloutDecision.Hold(unread),
        ({ } unread, _) => new RolloutDecision.Stall($"{unread}, after {policy.StepDeadline}"),
    };
}

/// <summary>Takes the counters of gateway and servers into a rollout's record. Looked at twice, nothing is counted twice.</summary>
public sealed class ObserveRollout(ILiveTraffic traffic, TimeProvider clock)
{
    private readonly WatchMetrics metrics = new(traffic);

    private readonly CountCopies copies = new(traffic);

    // A look at no metrics, as their policy may want, is not a look that failed.
    private sealed record Metrics(IReadOnlyDictionary<string, MetricWindow>? Windows);

    public async Task<Observation> Look(Release release, RolloutPolicy policy, CancellationToken cancellation)
    {
        (IReadOnlyDictionary<string, TrafficCount>? read, string? unread) =
            await ReadTraffic.Try(() => Read(release, cancellation), cancellation);
        IReadOnlyDictionary<string, TrafficCount> now = read ?? new Dictionary<string, TrafficCount>();
        RolloutState state = release.Rollout!;
        RolloutCounts? counts = state.Counts is { } before && now.TryGetValue(release.Slot!, out TrafficCount candidate)
            ? before.Look(candidate, now.GetValueOrDefault(Slots.Other(release.Slot!), before.ChampionAt), clock.GetUtcNow())
            : null;
        RolloutState seen = state with { Counts = counts ?? state.Counts };
        (Metrics? look, unread) = unread is null
            ? await ReadTraffic.Try(async () => new Metrics(await metrics.Look(release, policy, cancellation)), cancellation)
            : (null, unread);
        seen = look is null ? seen : seen with { Metrics = look.Windows };
        return new Observation(release with { Rollout = seen }, counts, now, unread);
    }

    // What users met; of a candidate in its shadow, whom nobody meets, what its servers made of the copies.
    private async Task<IReadOnlyDictionary<string, TrafficCount>> Read(Release release, CancellationToken cancellation)
    {
        IReadOnlyDictionary<string, TrafficCount> users = await traffic.Read(release.Model, cancellation);
        if (!release.InShadow)
        {
            return users;
        }
        Dictionary<string, TrafficCount> now = users.Where(slot => slot.Key != release.Slot).ToDictionary();
        if (await copies.Of(release, cancellation) is { } counted)
        {
            now[release.Slot!] = counted;
        }
        return now;
    }

    /// <summary>The counters of a step that begins now, of the candidate and of its champion.</summary>
    public static RolloutState BeginStep(RolloutState state, TrafficCount candidate, TrafficCount champion, RolloutPolicy policy) => state.Counts is null
        ? state with { Counts = RolloutCounts.Begin(candidate, champion), Metrics = Closed(state.Metrics) }
        : EndStep(state, policy, lastStep: false);

    /// <summary>The state with what was counted put to the time before.</summary>
    public static RolloutState EndStep(RolloutState state, RolloutPolicy policy, bool lastStep) => state with
    {
        Counts = ErrorTest.Of(state.Counts!, policy, lastStep).CloseStep(state.Counts!),
        Metrics = Closed(state.Metrics),
    };

    private static Dictionary<string, MetricWindow>? Closed(IReadOnlyDictionary<string, MetricWindow>? metrics) =>
        metrics?.ToDictionary(metric => metric.Key, metric => metric.Value.CloseStep());

    /// <summary>The state for the next look at the same step.</summary>
    public static RolloutState Settle(RolloutState state, RolloutPolicy policy, bool lastStep) =>
        state.Counts is not { } counts ? state : state with { Counts = ErrorTest.Of(counts, policy, lastStep).Settle(counts, lastStep) };
}
