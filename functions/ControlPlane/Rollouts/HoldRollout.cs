using System.Globalization;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>`hold`: a rollout stays at its step until somebody resumes it; it is judged all the same.</summary>
public sealed class HoldRollout : IReleaseVerb
{
    public string Name => "hold";

    public string? Obstacle(Release release, OrderFacts facts) => release switch
    {
        { Phase: not Phase.Progressing } => "only a release on its way to the traffic can be held",
        { Held: { } held } => $"{held.By} holds it already",
        _ => null,
    };

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts) => new OrderDecision.Accept(
        release with { Held = PersonsWord.Of(order), Hastened = null }, "Held",
        string.Create(CultureInfo.InvariantCulture, $"{order.By} holds it {(release.InShadow ? "in its shadow" : $"at {release.Rollout?.Percent ?? 0} %")}: {order.Reason}"));
}
