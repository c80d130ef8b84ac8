using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>
/// Keeps the checks of the release loop's own pull requests true: what was good to merge is not any more once its release has
/// gone another way, and no event of the host tells of that.
/// </summary>
public sealed class RefreshChecks(OpenProposals proposals, JudgeProposal judge, IGitReviews reviews, CheckPullRequest check, IMessageBus bus)
{
    /// <summary>The kind of work that puts the checks of one pull request again.</summary>
    public const string Work = "checks";

    /// <summary>Orders the checks of a model's proposals whose judgement is another than the one that was ordered last.</summary>
    public async Task Order(string model, CancellationToken cancellation)
    {
        foreach (OpenProposal proposal in await proposals.Of(model, cancellation))
        {
            string judgement = (await judge.Handle(proposal.Key, cancellation)).Text;
            if (judgement == proposal.Shown)
            {
                continue;
            }
            string reference = CheckNames.ReferenceTo(proposal.Number);
            string id = $"{Work}/{reference}/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(judgement)))[..16]}";
            await bus.Send(
                new OutgoingMessage(
                    Queues.Work, id, FormattableString.Invariant($"github/thread/{proposal.Number}"),
                    JsonSerializer.Serialize(new WorkItem(Work, model, reference), Wire.Json)),
                cancellation);
            await proposals.Show(model, proposal.Number, judgement, cancellation);
        }
    }

    /// <summary>Puts the checks of a pull request as things stand now; one that is not open any more is forgotten until it is proposed again.</summary>
    public async Task Handle(string model, string reference, CancellationToken cancellation)
    {
        int number = CheckNames.PullRequestIn(reference) ?? throw new InvalidDataException($"'{reference}' is no pull request");
        if (await reviews.ReadPullRequest(number, cancellation) is not { State: PullRequestState.Open })
        {
            await proposals.Remove(model, number, cancellation);
            return;
        }
        await check.Handle(number, cancellation);
    }
}
