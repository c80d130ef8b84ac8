using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// Commits that users' requests are copied to the candidate: only to a slot that is ready, beside a champion that has all the
/// weight, never for a digest in quarantine. The weights stay as they are.
/// </summary>
public sealed class SetMirror(CommitOnce commits, ICluster cluster)
{
    public async Task<ChangeOutcome> Make(Release release, int percent, CancellationToken cancellation)
    {
        if (await cluster.Slot(release.Model, release.Slot!, cancellation) is not { } status || !status.Serves(release.Digest))
        {
            return ChangeOutcome.Refused($"waits for the {release.Slot} slot to be ready before requests are copied to it");
        }
        GitChange change = new(
            $"{release.Key}/shadow", string.Create(CultureInfo.InvariantCulture, $"Copy {percent} % of the requests to {release.Id}"),
            "Its answers are thrown away: nobody meets them, and the weights stay as they are.",
            [
                new("Release", release.Id), new("Step", "shadow"),
                .. release.Approvals.Where(given => given.Stage == ApprovalStage.Progressing).Select(given => KeyValuePair.Create("Approved-By", PlainText.OneLine(given.By, 100))),
            ])
        { ReviewedFor = release.Model };
        ChangeOutcome outcome = await commits.Make(change, files => Edits(files, release, percent), cancellation);
        await cluster.RequestReconcile(cancellation);
        return outcome;
    }

    /// <summary>Whether the branch still copies requests to the candidate.</summary>
    public async Task<bool> Stands(Release release, CancellationToken cancellation)
    {
        GitFiles files = await commits.FilesNow(cancellation);
        return await files.Dialect(release.Model) is IMirroringDialect dialect && dialect.ReadMirror(await files.RouteFile(release.Model))?.Slot == release.Slot;
    }

    private static async Task<Edit> Edits(GitFiles files, Release release, int percent)
    {
        if (await files.Dialect(release.Model) is not IMirroringDialect dialect)
        {
            return Edit.Refuse($"the dialect of {release.Model} copies no requests: leave rollout.shadow out");
        }
        RouteFile route = await files.RouteFile(release.Model);
        return await CandidateObstacle.Of(release, files, dialect) is { } obstacle ? Edit.Refuse(obstacle)
            : dialect.ReadRoute(route).OnlySlot != Slots.Other(release.Slot!) ? Edit.Refuse($"{route.Path} does not give {release.Champion} all the traffic: a person decides")
            : Edit.Of((route.Path, route.Text, dialect.WriteMirror(route, new RouteMirror(release.Slot!, percent))));
    }
}
