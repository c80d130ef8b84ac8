using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Commits a step's weights: only to a slot that is ready, never for a digest in quarantine, never over a person's edit. A shadow ends with the first.</summary>
public sealed class SetWeights(CommitOnce commits, ICluster cluster)
{
    public async Task<ChangeOutcome> Make(Release release, int percent, int before, CancellationToken cancellation)
    {
        if (await cluster.Slot(release.Model, release.Slot!, cancellation) is not { } status || !status.Serves(release.Digest))
        {
            return ChangeOutcome.Refused($"waits for the {release.Slot} slot to be ready before it gets {percent} %");
        }
        ChangeOutcome outcome = await commits.Make(Change(release, percent, before), files => Edits(files, release, percent, before, cancellation), cancellation);
        await cluster.RequestReconcile(cancellation);
        return outcome;
    }

    /// <summary>Whether the branch still holds the weights of this step.</summary>
    public async Task<bool> Stand(Release release, int percent, CancellationToken cancellation) =>
        await (await commits.FilesNow(cancellation)).Route(release.Model) == RouteManifest.Share(release.Slot!, percent);

    // Who approved what a commit does stands in the commit.
    private static GitChange Change(Release release, int percent, int before) => new(
        $"{release.Key}/step/{percent}", $"Give {release.Id} {percent} % of the traffic", "",
        [
            new("Release", release.Id), new("Step", percent.ToString(CultureInfo.InvariantCulture)),
            .. release.Approvals.Where(given => given.Stage == ApprovalStage.Promoted ? percent == 100 : before == 0)
                .Select(given => KeyValuePair.Create("Approved-By", PlainText.OneLine(given.By, 100))),
        ])
    {
        ReviewedFor = release.Model,
    };

    private async Task<Edit> Edits(GitFiles files, Release release, int percent, int before, CancellationToken cancellation)
    {
        IManifestDialect dialect = await files.Dialect(release.Model);
        if (await CandidateObstacle.Of(release, files, dialect) is { } obstacle)
        {
            return Edit.Refuse(obstacle);
        }
        RouteFile file = await files.RouteFile(release.Model);
        RouteManifest now = dialect.ReadRoute(file);
        RouteManifest next = RouteManifest.Share(release.Slot!, percent);
        bool ours = (release.Champion, before) switch
        {
            (null, _) => now == new RouteManifest(0, 0) || await ServesNothing(files, release, now),
            (_, 0) => now.OnlySlot == Slots.Other(release.Slot!),
            _ => now == RouteManifest.Share(release.Slot!, before),
        };
        return ours || now == next || await IsOwnStep(release, now, cancellation)
            ? Edit.Of((file.Path, file.Text, RouteMirror.Without(dialect, file with { Text = dialect.WriteRoute(file, next, IdleSlot.Warm) }, release.Slot!)))
            : Edit.Refuse($"{file.Path} holds the weights blue {now.Blue}, green {now.Green}, which the rollout did not set: a person decides");
    }

    // A step that was committed and not noted, because a person's order was saved first, is the rollout's own all the same.
    private async Task<bool> IsOwnStep(Release release, RouteManifest now, CancellationToken cancellation)
    {
        int percent = now.Of(release.Slot!);
        string? newest = await commits.NewestKey($"{release.Key}/step/", cancellation);
        return now == RouteManifest.Share(release.Slot!, percent) && newest == string.Create(CultureInfo.InvariantCulture, $"{release.Key}/step/{percent}");
    }

    // Where the weights must sum to 100, a route that serves nobody yet gives all to a slot without a version.
    private static async Task<bool> ServesNothing(GitFiles files, Release release, RouteManifest now) =>
        now.OnlySlot == Slots.Other(release.Slot!) && (await files.Slot(release.Model, now.OnlySlot)).Version.Length == 0;
}
