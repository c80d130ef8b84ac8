using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Capacity;

/// <summary>What all pools must hold, by name, and what is not known: then no node is taken away.</summary>
public sealed record CapacityCount(IReadOnlyDictionary<string, PoolNeed> Pools, IReadOnlyList<string> Unknown);

/// <summary>
/// Counts the GPUs that Git promises, so that no ledger can disagree with it: each slot's replicas at the head and at the
/// revision that the cluster runs, whichever is more, and the release that waits for its nodes.
/// </summary>
public sealed class CountCapacity(
    ReleaseStore store, ReadPolicy policies, IGitHost git, ICluster cluster, ControlPlaneOptions options, TimeProvider clock)
{
    public async Task<CapacityCount> Handle(CancellationToken cancellation)
    {
        IReadOnlyList<Release> all = await store.List(null, cancellation);
        if (all.All(release => release.Gpu == 0))
        {
            return new CapacityCount(new Dictionary<string, PoolNeed>(), []);
        }
        string head = await git.Head(options.Branch, cancellation);
        string? running = await cluster.ReconciledRevision(cancellation);
        List<PoolNeed> needs = [];
        List<string> unknown = running is null ? ["the cluster has not reconciled a revision"] : [];
        foreach (IGrouping<string, Release> model in all.GroupBy(release => release.Model))
        {
            try
            {
                (ModelPolicy policy, GitFiles files) = await policies.At(model.Key, head, cancellation);
                if (policy.Capacity is { } capacity)
                {
                    IReadOnlyList<int> gpus = await Gpus([.. model], files, running is null ? files : files.At(running));
                    needs.Add(new PoolNeed(capacity.Pool, gpus, capacity.FloorAt(clock.GetUtcNow()), capacity.MaxNodes));
                }
            }
            catch (ManifestException error)
            {
                unknown.Add(error.Message);
            }
        }
        return new CapacityCount(needs.GroupBy(need => need.Pool).ToDictionary(pool => pool.Key, pool => Shared([.. pool])), unknown);
    }

    // Models that share a pool: their replicas add up, the widest of their bounds count.
    private static PoolNeed Shared(IReadOnlyList<PoolNeed> needs) => new(
        needs[0].Pool, [.. needs.SelectMany(need => need.Gpus)], needs.Max(need => need.MinNodes), needs.Max(need => need.MaxNodes));

    private static async Task<IReadOnlyList<int>> Gpus(IReadOnlyList<Release> releases, GitFiles head, GitFiles running)
    {
        string model = releases[0].Model;
        Dictionary<string, SlotNeed> slots = [];
        foreach (string slot in (string[])[Slots.Blue, Slots.Green])
        {
            slots[slot] = SlotNeed.Larger(await Slot(releases, head, slot), await Slot(releases, running, slot));
        }
        if (releases.FirstOrDefault(release => release is { Phase: Phase.Verified, CapacityAskedAt: not null }) is { } waiting)
        {
            string idle = (await head.Route(model)).OnlySlot is { } serving ? Slots.Other(serving) : Slots.Blue;
            int replicas = Math.Max(1, slots[Slots.Other(idle)].Replicas);
            slots[idle] = SlotNeed.Larger(slots[idle], new SlotNeed(replicas, waiting.Gpu));
        }
        return [.. slots.Values.SelectMany(need => Enumerable.Repeat(need.Gpu, need.Replicas))];
    }

    private static async Task<SlotNeed> Slot(IReadOnlyList<Release> releases, GitFiles files, string slot)
    {
        string model = releases[0].Model;
        SlotManifest manifest = await files.Slot(model, slot);
        if (manifest.Replicas == 0 || manifest.Version.Length == 0)
        {
            return new SlotNeed(0, 0);
        }
        Release known = releases.FirstOrDefault(release => release.Version == manifest.Version)
            ?? throw new ManifestException(Slots.SlotPath(model, slot), $"runs '{manifest.Version}', and no release says how many GPUs that needs");
        return new SlotNeed(manifest.Replicas, known.Gpu);
    }

    private sealed record SlotNeed(int Replicas, int Gpu)
    {
        public static SlotNeed Larger(SlotNeed a, SlotNeed b) => a.Replicas * a.Gpu >= b.Replicas * b.Gpu ? a : b;
    }
}
