using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Why a release is reverted: the words for people, and the alert's key when it was one.</summary>
public sealed record RevertCause(string Reason, string By, string? Alert = null);

/// <summary>
/// The revert itself: one commit that moves the weights back to the slot that is still warm and quarantines the digest.
/// It sets fields, not paths, so other people's edits stay; where somebody changed the same weights, the rollback wins.
/// </summary>
public sealed class RevertInGit(CommitOnce commits, TimeProvider clock)
{
    /// <summary>Commits the revert once a release; refused when there is no warm slot to go back to.</summary>
    public Task<ChangeOutcome> Make(Release release, RevertCause cause, CancellationToken cancellation) =>
        commits.Make(Change(release, cause), files => TryEdits(files, release, cause), cancellation);

    /// <summary>What the revert would commit now: message and texts by path, or why it would not.</summary>
    public async Task<(CommitMessage Message, Edit Edit)> Preview(Release release, RevertCause cause, CancellationToken cancellation)
    {
        GitFiles files = await commits.FilesNow(cancellation);
        return (await commits.Message(Change(release, cause), cancellation), await TryEdits(files, release, cause));
    }

    // A manifest that cannot be read keeps the revert from being written: people are told, rather than the message retried.
    private async Task<Edit> TryEdits(GitFiles files, Release release, RevertCause cause)
    {
        try
        {
            return await Edits(files, release, cause);
        }
        catch (ManifestException error)
        {
            return Edit.Refuse(error.Message);
        }
    }

    private static GitChange Change(Release release, RevertCause cause)
    {
        List<KeyValuePair<string, string>> trailers =
        [
            new("Release", $"{release.Model}@{release.Champion}"), new("Rolls-Back", release.Id), new("Reason", PlainText.OneLine(cause.Reason)),
        ];
        if (cause.Alert is { } alert)
        {
            trailers.Add(new("Alert", alert));
        }
        return new GitChange(
            $"{release.Key}/rollback", $"Roll back {release.Id}",
            $"Moves the traffic back to {release.Champion}, which is still warm in the {Slots.Other(release.Slot!)} slot,\nand quarantines {release.Blamed}.\n\nOrdered by {PlainText.OneLine(cause.By, 100)}.",
            trailers, Urgent: true);
    }

    private async Task<Edit> Edits(GitFiles files, Release release, RevertCause cause)
    {
        string warm = Slots.Other(release.Slot!);
        IManifestDialect dialect = await Dialect(files, release);
        SlotManifest target = dialect.ReadSlot(await files.SlotFile(release.Model, warm));
        if (target.Replicas == 0 || target.Version != release.Champion)
        {
            return Edit.Refuse($"the {warm} slot holds '{target.Version}' in {target.Replicas} replicas: {release.Champion} is not warm any more");
        }
        RouteFile route = await files.RouteFile(release.Model);
        string moved = dialect.WriteRoute(route, RouteManifest.Share(warm, 100), IdleSlot.CutOff);
        (string, string, string) traffic = (route.Path, route.Text, WithoutCopies(dialect, route with { Text = moved }, release));
        try
        {
            string quarantine = await files.Read(Slots.QuarantinePath);
            QuarantineEntry entry = new(release.Blamed, release.Id, PlainText.OneLine(cause.Reason), clock.GetUtcNow());
            return Edit.Of(traffic, (Slots.QuarantinePath, quarantine, QuarantineManifest.Add(quarantine, entry)));
        }
        catch (ManifestException)
        {
            // The users come first; the quarantine is owed.
            return Edit.Of(traffic);
        }
    }

    // Copies that cannot be taken out stop no revert: nobody meets their answers, and they are ended before the slot is emptied.
    private static string WithoutCopies(IManifestDialect dialect, RouteFile route, Release release)
    {
        try
        {
            return RouteMirror.Without(dialect, route, release.Slot!);
        }
        catch (ManifestException)
        {
            return route.Text;
        }
    }

    // A gates.yaml that somebody has broken since must not stop the revert: the dialect is then that of the last commit.
    private static async Task<IManifestDialect> Dialect(GitFiles files, Release release)
    {
        try
        {
            return await files.Dialect(release.Model);
        }
        catch (ManifestException) when (release.Commit is not null)
        {
            return await files.At(release.Commit).Dialect(release.Model);
        }
    }
}
