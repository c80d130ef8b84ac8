using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>`resume`: a held rollout goes on; one that stalled with traffic gets its step's time again.</summary>
public sealed class ResumeRollout : IReleaseVerb
{
    public string Name => "resume";

    public string? Obstacle(Release release, OrderFacts facts) => release switch
    {
        { Phase: Phase.Progressing, Held: not null } => null,
        { Phase: Phase.Stalled, TrafficSince: not null } => null,
        { Phase: Phase.Stalled } => "it has no traffic: retry starts it again",
        _ => "nobody holds it",
    };

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts) =>
        new OrderDecision.Accept(GoOn(release, order) with { Held = null }, "Resumed", $"{order.By} lets it go on: {order.Reason}");

    /// <summary>The release on its way again; after a stall, its step's time begins anew.</summary>
    internal static Release GoOn(Release release, ReleaseOrder order) => release.Phase != Phase.Stalled ? release : release with
    {
        Phase = Phase.Progressing,
        Closed = false,
        StallTold = false,
        Reason = null,
        Rollout = release.Rollout! with { StepSince = release.Rollout.StepSince is null ? null : order.At },
    };
}
