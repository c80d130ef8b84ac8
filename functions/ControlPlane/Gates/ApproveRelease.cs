using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>`approve`: a person accepts a release that waits for people; the last approval that is needed lets it go on.</summary>
public sealed class ApproveRelease : IReleaseVerb
{
    public string Name => "approve";

    public string? Obstacle(Release release, OrderFacts facts) => (release.Phase, facts.Policy) switch
    {
        (Phase.AwaitingApproval or Phase.Progressing, null) => "its gates.yaml cannot be read: nobody knows who may approve",
        (Phase.AwaitingApproval, _) => null,
        (Phase.Progressing, { } policy) when Wanted(release, policy.Approval) is not null => null,
        _ => "it waits for no approval",
    };

    public OrderDecision Decide(Release release, ReleaseOrder order, OrderFacts facts)
    {
        ApprovalPolicy policy = facts.Policy!.Approval;
        ApprovalStage stage = release switch
        {
            { Phase: not Phase.AwaitingApproval } => Wanted(release, policy)!.Value,
            { Rollout.Shadow: not null } => ApprovalStage.Users,
            _ => ApprovalStage.Progressing,
        };
        if (!policy.Counts(order.By))
        {
            return new OrderDecision.Refuse($"{order.By} is not among the approvers of {release.Model}: {string.Join(", ", policy.Approvers)}");
        }
        if (Given(release, stage).Any(given => string.Equals(given.By, order.By, StringComparison.OrdinalIgnoreCase)))
        {
            return new OrderDecision.Refuse($"{order.By} has approved it already: another person must");
        }
        Approval approval = new(order.By, order.Reason, order.At, release.Digest, stage);
        Release approved = release with { Approvals = [.. release.Approvals, approval] };
        int given = Given(approved, stage).Count();
        string count = policy.Count == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" ({given} of {policy.Count})");
        Release next = release.Phase == Phase.Progressing ? approved
            : given < policy.Count ? approved with { Reason = $"waits for another approval{count}: `llmops approve {release.Id}`" }
            : approved with { Phase = Phase.Progressing, Rollout = approved.Rollout ?? RolloutState.Start, Commit = null, Reason = null };
        return new OrderDecision.Accept(next, "Approved", $"{order.By} approved{count} that it gets {Shown(stage)}: {order.Reason}");
    }

    /// <summary>The approvals that a stage still lacks, where the policy asks for any.</summary>
    public static int Missing(Release release, ApprovalPolicy policy, ApprovalStage stage) =>
        policy.Asks(stage) ? Math.Max(0, policy.Count - Given(release, stage).Count()) : 0;

    // What a release on its way lacks first: it may be given before it is asked for.
    private static ApprovalStage? Wanted(Release release, ApprovalPolicy policy) =>
        release is { TrafficSince: null, Rollout.Shadow: not null } && Missing(release, policy, ApprovalStage.Users) > 0 ? ApprovalStage.Users
        : Missing(release, policy, ApprovalStage.Promoted) > 0 ? ApprovalStage.Promoted
        : null;

    private static IEnumerable<Approval> Given(Release release, ApprovalStage stage) =>
        release.Approvals.Where(given => given.Stage == stage && given.Digest == release.Digest);

    private static string Shown(ApprovalStage stage) => stage switch
    {
        ApprovalStage.Progressing => "its first traffic",
        ApprovalStage.Users => "its first users",
        _ => "all the traffic",
    };
}
