using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// `promote`: the remaining steps and waits are skipped, so that the next weight is 100. It is still set by a commit, only
/// for a slot that is ready, and a failing test still rolls back.
/// </summary>
public sealed class HastenRollout : IReleaseVerb
{
    public string Name => "promote";

    public string? Obstacle(Release release, OrderFacts facts) => release switch
    {
        { Phase: Phase.Progressing, Hastened: { } hastened } => $"{hastened.By} has ordered that already",
        { Phase: Phase.Progressing } or { Phase: Phase.Stalled, TrafficSince: not null } => null,
        { Phase: Phase.AwaitingApproval } => "it must be approved first",
        _ => "only a release on its way to the traffic can be promoted",
    };

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts) => new OrderDecision.Accept(
        ResumeRollout.GoOn(release, order) with { Held = null, Hastened = PersonsWord.Of(order) }, "Hastened",
        $"{order.By} has the remaining steps skipped: {order.Reason}");
}
