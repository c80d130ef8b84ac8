using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>
/// What a rollback owes where quarantine.yaml could not be edited: the traffic was moved back all the same, and the digest is
/// put into quarantine as soon as the file can be read. The debt stands in Git itself: a revert without the digest.
/// </summary>
public sealed class QuarantineDebt(CommitOnce commits, RollbackLog audit)
{
    /// <summary>Tells people, once a rollback, when its commit does not hold the digest.</summary>
    public async Task Tell(Release release, string revert, CancellationToken cancellation)
    {
        if (await Problem(release, revert, cancellation) is not { } problem)
        {
            return;
        }
        await commits.Git.OpenIssue(
            new GitIssue(
                $"{release.Key}/quarantine-debt", $"{release.Id} was rolled back without quarantine",
                $"{PlainText.OneLine(problem)}\n\nThe traffic was moved back. The digest {release.Blamed} is added as soon as {Slots.QuarantinePath} can be edited.\n"),
            cancellation);
        await audit.Append(
            new AuditFact($"{release.Key}/quarantine-debt", "QuarantineOwed", release.Model, release.Version, $"its digest is not in quarantine: {problem}",
                new Dictionary<string, string> { ["digest"] = release.Blamed, ["commit"] = revert }), cancellation);
    }

    /// <summary>Pays what a rollback owes; says why it cannot yet, or returns null when nothing is owed any more.</summary>
    public async Task<string?> Pay(Release release, CancellationToken cancellation)
    {
        if (await Problem(release, release.Commit!, cancellation) is null)
        {
            return null;
        }
        GitChange change = new(
            $"{release.Key}/quarantine", $"Quarantine {release.Id}", $"Its rollback could not: {Slots.QuarantinePath} was not to be edited then.",
            [new("Release", release.Id), new("Digest", release.Blamed)], Urgent: true);
        ChangeOutcome outcome = await commits.Make(change, async files =>
        {
            try
            {
                string text = await files.Read(Slots.QuarantinePath);
                return Edit.Of((Slots.QuarantinePath, text, QuarantineManifest.Add(text, Entry(release))));
            }
            catch (ManifestException error)
            {
                return Edit.Refuse(error.Message);
            }
        }, cancellation);
        return outcome.Refusal is { } refusal ? $"owes {release.Blamed} to the quarantine: {refusal}" : null;
    }

    private static QuarantineEntry Entry(Release release) => new(release.Blamed, release.Id, PlainText.OneLine(release.RolledBackFor ?? release.Reason ?? ""), release.PhaseSince);

    private async Task<string?> Problem(Release release, string revert, CancellationToken cancellation)
    {
        try
        {
            return (await new GitFiles(commits.Git, revert, cancellation).Quarantine()).Contains(release.Blamed) ? null : "the revert does not hold it";
        }
        catch (ManifestException error)
        {
            return error.Message;
        }
    }
}
