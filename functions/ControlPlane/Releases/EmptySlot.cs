using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Takes a version's replicas away, once its slot has no traffic and still holds that version.</summary>
public sealed class EmptySlot(CommitOnce commits, ICluster cluster)
{
    /// <summary>Commits zero replicas to the slot; a slot with another version in it, or with traffic, is left as it is.</summary>
    public async Task<ChangeOutcome> Make(Release release, string slot, string version, string why, CancellationToken cancellation)
    {
        GitChange change = new(
            $"{release.Id}/empty/{slot}", $"Empty the {slot} slot of {release.Model}", $"{release.Model}@{version} is not needed there any more: {why}",
            [new("Release", release.Id)]);
        ChangeOutcome outcome = await commits.Make(change, async files =>
        {
            RouteManifest route = await files.Route(release.Model);
            string path = Slots.SlotPath(release.Model, slot);
            string old = await files.Read(path);
            SlotManifest manifest = SlotManifest.Read(path, old);
            bool ours = manifest.Version == version && route.Of(slot) == 0;
            return ours ? Edit.Of((path, old, (manifest with { Replicas = 0 }).WriteTo(path, old))) : Edit.Of([]);
        }, cancellation);
        await cluster.RequestReconcile(cancellation);
        return outcome;
    }
}
