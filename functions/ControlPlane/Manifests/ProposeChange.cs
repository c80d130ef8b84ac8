using System.Globalization;
using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>
/// Proposes a change as a pull request, one a key, for models whose people want to see each. The change is made when a commit
/// with its key is on the branch: merged or squashed, the trailer goes with it.
/// </summary>
public sealed class ProposeChange(IGitReviews reviews, AuditLog audit, OpenProposals proposals)
{
    /// <summary>How long until it is looked at again; a push to the branch wakes it before that.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>Whether a change waits for people, at a head.</summary>
    public static async Task<bool> IsWanted(GitChange change, GitFiles files) =>
        change.ReviewedFor is { } model && !change.Urgent
        && ChangeModes.Read(Slots.PolicyPath(model), await files.TryRead(Slots.PolicyPath(model))) == ChangeMode.PullRequest;

    /// <summary>Opens the pull request, or finds it, and says what it waits for.</summary>
    public async Task<ChangeOutcome> Make(GitChange change, PullRequestDraft draft, CancellationToken cancellation)
    {
        // Logged before it is opened: people may merge it while we are down, and it would never be looked for again.
        await audit.Append(
            new AuditFact(
                $"{change.Key}/proposed", "ChangeProposed", change.ReviewedFor, null, $"proposed as a pull request: {change.Subject}",
                new Dictionary<string, string> { ["base"] = draft.BaseSha }),
            cancellation);
        PullRequest pull = await reviews.OpenPullRequest(draft, cancellation);
        if (pull.State == PullRequestState.Open)
        {
            await proposals.Add(change.ReviewedFor!, new OpenProposal(pull.Number, change.Key), cancellation);
        }
        string name = string.Create(CultureInfo.InvariantCulture, $"pull request #{pull.Number}");
        ChangeOutcome waits = ChangeOutcome.Refused(pull.State switch
        {
            PullRequestState.Open => $"waits for {name} to be merged",
            PullRequestState.Closed => $"is held: {name} was closed without merging; reopen it to go on",
            _ => $"is held: {name} is merged, but no commit of {draft.BaseBranch} has its trailer {CommitOnce.KeyTrailer}: {change.Key}",
        });
        return waits with { LookAgainIn = LookAgain };
    }
}
