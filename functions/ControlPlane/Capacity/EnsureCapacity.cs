using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Capacity;

/// <summary>
/// Verified, and its turn: sees that the GPU nodes are there before it is staged. What it asks for is written down before
/// it is asked, so that nobody gives the nodes back in between.
/// </summary>
public sealed class EnsureCapacity(
    ReleaseStore store, CountCapacity count, INodePools pools, ReadPolicy policies, ControlPlaneOptions options, TimeProvider clock) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Verified && release.NeedsCapacity;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        IReadOnlyList<Release> all = await store.List(release.Model, cancellation);
        if (ReleaseTurn.Ahead(release, all) is { } first)
        {
            return new PhaseOutcome.Waits(release, $"waits for {first.Id} ({first.Phase})", options.Recheck);
        }
        if (ReleaseTurn.Superseded(release, all) is { } superseded)
        {
            return superseded;
        }
        string path = Slots.PolicyPath(release.Model);
        CapacityPolicy policy = (await policies.Current(release.Model, cancellation)).Capacity
            ?? throw new ManifestException(path, $"{release.Id} needs {Gpus(release)} and 'capacity' names no pool for it");
        if (release.CapacityAskedAt is not { } asked)
        {
            return new PhaseOutcome.Moved(
                release with { CapacityAskedAt = clock.GetUtcNow() },
                Fact(release, "capacity/asked", "CapacityAsked", $"needs {Gpus(release)} in pool {policy.Pool}"));
        }
        CapacityCount counted = await count.Handle(cancellation);
        PoolNeed need = counted.Pools.GetValueOrDefault(policy.Pool)
            ?? throw new ManifestException(path, $"what pool {policy.Pool} must hold is not known: {string.Join("; ", counted.Unknown)}");
        CapacityDecision decision = CapacityDecision.Decide(await pools.Read(policy.Pool, cancellation), need);
        if (decision is CapacityDecision.Enough)
        {
            return new PhaseOutcome.Moved(
                release with { CapacityReadyAt = clock.GetUtcNow(), Reason = null },
                Fact(release, "capacity/ready", "CapacityReady", decision.Reason));
        }
        string reason = decision is CapacityDecision.Scale scale && (await pools.Scale(policy.Pool, scale.Nodes, cancellation)).Refusal is { } refusal
            ? $"pool {policy.Pool} does not grow to {scale.Nodes} nodes: {PlainText.OneLine(refusal)}"
            : decision.Reason;
        // A release that is tried again keeps what it asked for, and begins its wait anew.
        DateTimeOffset since = asked > release.PhaseSince ? asked : release.PhaseSince;
        return clock.GetUtcNow() - since > policy.Deadline
            ? Stall(release, $"no GPU capacity after {DurationText.Of(policy.Deadline)}: {reason}")
            : new PhaseOutcome.Waits(release, reason, options.Recheck);
    }

    private static PhaseOutcome.Moved Stall(Release release, string why) => new(
        release with { Phase = Phase.Stalled, Reason = why, Closed = true }, Fact(release, "Stalled", "Stalled", why));

    private static string Gpus(Release release) => $"{release.Gpu} GPU{(release.Gpu == 1 ? "" : "s")} a replica";

    private static AuditFact Fact(Release release, string what, string kind, string text) =>
        new($"{release.Key}/{what}", kind, release.Model, release.Version, text, new Dictionary<string, string> { ["digest"] = release.Digest });
}
