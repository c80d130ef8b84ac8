using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Pays what a rollback past Git owes: one commit of the same weights, and only then the reconciler follows Git again.</summary>
public sealed class PayRevert(RevertInGit revert, IClusterRoute route, IGitHost git, ControlPlaneOptions options) : IPhaseStep
{
    public bool Applies(Release release) => release is { Phase: Phase.RolledBack, Closed: false, Owed: not null };

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        OwedRevert owed = release.Owed!;
        ChangeOutcome outcome = await TryRevert(release, owed, cancellation);
        if (outcome.Sha is not { } sha)
        {
            return new PhaseOutcome.Waits(release, $"owes Git its rollback: {outcome.Refusal}", options.Recheck);
        }
        await git.OpenIssue(BreakGlass.Issue(release, owed), cancellation);
        await route.Resume(release.Model, cancellation);
        return new PhaseOutcome.Moved(
            release with { Commit = sha, Owed = null, Reason = owed.Reason, RolledBackFor = owed.Reason },
            new AuditFact($"{release.Key}/RolledBack", "RolledBack", release.Model, release.Version,
                $"reverted in Git to {release.Champion}, which had its traffic since {owed.At:u}: {owed.Reason}",
                new Dictionary<string, string>
                {
                    ["commit"] = sha, ["digest"] = release.Digest, ["by"] = owed.By,
                    ["receivedAt"] = owed.ReceivedAt.ToString("O", CultureInfo.InvariantCulture),
                    ["committedAt"] = outcome.At.ToString("O", CultureInfo.InvariantCulture),
                }));
    }

    [SuppressMessage("Design", "CA1031", Justification = "The host may be away still; it is asked again.")]
    private async Task<ChangeOutcome> TryRevert(Release release, OwedRevert owed, CancellationToken cancellation)
    {
        try
        {
            return await revert.Make(release, new RevertCause(owed.Reason, owed.By, owed.Alert), cancellation);
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            return ChangeOutcome.Refused(PlainText.OneLine(error.Message));
        }
    }
}
