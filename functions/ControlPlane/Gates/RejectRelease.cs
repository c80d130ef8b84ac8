using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>`reject`: a person refuses a release that waits for people, or that is in its shadow; its slot is emptied after that.</summary>
public sealed class RejectRelease : IReleaseVerb
{
    public string Name => "reject";

    public string? Obstacle(Release release, OrderFacts facts) =>
        release.Phase == Phase.AwaitingApproval || release.InShadow ? null : "it does not wait for a person's decision";

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts) => new OrderDecision.Accept(
        release with { Phase = Phase.Refused, Reason = $"{order.By} rejected it: {order.Reason}" },
        "RejectedByPerson", $"{order.By} rejected it: {order.Reason}");
}
