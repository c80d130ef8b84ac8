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
    private const string RollsBackTrailer = "Rolls-Back";
    private const string AlertTrailer = "Alert";

    /// <summary>Commits the revert once a release; refused when there is no warm slot to go back to.</summary>
    public Task<ChangeOutcome> Make(Release release, RevertCause cause, CancellationToken cancellation) =>
        commits.Make(Change(release, cause), files => Edits(files, release, cause), cancellation);

    /// <summary>What the revert would commit now: message and texts by path, or why it would not.</summary>
    public async Task<(CommitMessage Message, Edit Edit)> Preview(Release release, RevertCause cause, CancellationToken cancellation)
    {
        GitFiles files = await commits.FilesNow(cancellation);
        return (await commits.Message(Change(release, cause), cancellation), await Edits(files, release, cause));
    }

    /// <summary>The release (`model@version`) that was reverted for an alert, or null: what stands in Git is gone through with.</summary>
    public async Task<string?> MadeFor(string alert, CancellationToken cancellation) =>
        (await commits.Find(AlertTrailer, alert, cancellation))?.Trailers.GetValueOrDefault(RollsBackTrailer);

    private static GitChange Change(Release release, RevertCause cause)
    {
        List<KeyValuePair<string, string>> trailers =
        [
            new("Release", $"{release.Model}@{release.Champion}"), new(RollsBackTrailer, release.Id), new("Reason", OneLine(cause.Reason)),
        ];
        if (cause.Alert is { } alert)
        {
            trailers.Add(new(AlertTrailer, alert));
        }
        return new GitChange(
            $"{release.Id}/rollback", $"Roll back {release.Id}",
            $"Moves the traffic back to {release.Champion}, which is still warm in the {Slots.Other(release.Slot!)} slot,\nand quarantines {release.Digest}.\n\nOrdered by {cause.By}.",
            trailers);
    }

    private async Task<Edit> Edits(GitFiles files, Release release, RevertCause cause)
    {
        string warm = Slots.Other(release.Slot!);
        SlotManifest target = await files.Slot(release.Model, warm);
        if (target.Replicas == 0 || target.Version != release.Champion)
        {
            return Edit.Refuse($"the {warm} slot holds '{target.Version}' in {target.Replicas} replicas: {release.Champion} is not warm any more");
        }
        string path = Slots.RoutePath(release.Model);
        string route = await files.Read(path);
        string quarantine = await files.Read(Slots.QuarantinePath);
        QuarantineEntry entry = new($"{release.Digest}", release.Id, OneLine(cause.Reason), clock.GetUtcNow());
        return Edit.Of(
            (path, route, RouteManifest.Share(warm, 100).WriteTo(release.Model, path, route)),
            (Slots.QuarantinePath, quarantine, QuarantineManifest.Add(quarantine, entry)));
    }

    private static string OneLine(string text)
    {
        string flat = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return flat.Length <= 300 ? flat : flat[..300] + "…";
    }
}
