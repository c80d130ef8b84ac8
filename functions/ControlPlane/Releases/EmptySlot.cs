using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>
/// Takes a version's replicas away, once its slot has no traffic and still holds that version, and gives the slot the
/// settings of the one that serves: what differs there afterwards is a person's proposal.
/// </summary>
public sealed class EmptySlot(CommitOnce commits, ICluster cluster)
{
    /// <summary>
    /// Commits zero replicas to the slot; a slot with another version in it, or with traffic, is left as it is. Where people see
    /// changes first, it is refused until they have merged it.
    /// </summary>
    public async Task<ChangeOutcome> Make(Release release, string slot, string version, string why, CancellationToken cancellation)
    {
        GitChange change = new(
            $"{release.Key}/empty/{slot}", $"Empty the {slot} slot of {release.Model}", $"{release.Model}@{version} is not needed there any more: {why}",
            [new("Release", release.Id)])
        {
            ReviewedFor = release.Model,
        };
        ChangeOutcome outcome = await commits.Make(change, async files =>
        {
            IManifestDialect dialect = await files.Dialect(release.Model);
            RouteManifest route = await files.Route(release.Model);
            SlotFile file = await files.SlotFile(release.Model, slot);
            SlotManifest manifest = dialect.ReadSlot(file);
            bool ours = manifest.Version == version && route.Of(slot) == 0;
            if (!ours)
            {
                return Edit.Of([]);
            }
            string emptied = dialect.WriteSlot(file, manifest with { Replicas = 0 });
            return Edit.Of((file.Path, file.Text, await Settled(dialect, files, route, file with { Text = emptied })));
        }, cancellation);
        await cluster.RequestReconcile(cancellation);
        return outcome;
    }

    private static async Task<string> Settled(IManifestDialect dialect, GitFiles files, RouteManifest route, SlotFile emptied)
    {
        string other = Slots.Other(emptied.Slot);
        if (route.OnlySlot != other)
        {
            return emptied.Text;
        }
        SlotFile serving = await files.SlotFile(emptied.Model, other);
        return dialect.ReadSlot(serving).Version.Length > 0 ? SlotSettings.Carry(dialect, serving, emptied) : emptied.Text;
    }
}
