using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>What every adapter of a cluster must do, of the model tiny-ops. A cluster starts with nothing applied.</summary>
public abstract class ClusterContract
{
    protected abstract ICluster Cluster { get; }

    protected abstract IClusterRoute Route { get; }

    /// <summary>Commits a version (its digest is `sha256:VERSION`) to a slot; returns the SHA.</summary>
    protected abstract string Stage(string slot, string version, int replicas);

    protected abstract string Weigh(int blue, int green);

    /// <summary>Lets the cluster work until it is so.</summary>
    protected abstract Task Until(Func<Task<bool>> condition);

    /// <summary>The slots that get requests of users.</summary>
    protected abstract Task<string[]> Serving();

    [ContractFact]
    public async Task Before_the_first_revision_nothing_is_reconciled_and_no_slot_known()
    {
        Assert.Null(await Cluster.ReconciledRevision(default));
        Assert.Null(await Cluster.Slot("tiny-ops", "blue", default));
        Assert.Null(await Cluster.Slot("unknown", "blue", default));
    }

    [ContractFact]
    public async Task A_revision_is_reconciled_when_it_is_applied_and_its_slot_serves_when_it_is_ready()
    {
        string first = await Follow(Stage("blue", "1.0.0", 2));
        await Until(async () => (await Cluster.Slot("tiny-ops", "blue", default))?.Serves("sha256:1.0.0") == true);
        SlotStatus blue = (await Cluster.Slot("tiny-ops", "blue", default))!;
        Assert.Equal(("1.0.0", "sha256:1.0.0", 2, 2, 0), (blue.Version, blue.Digest, blue.Replicas, blue.ReadyReplicas, blue.EarlierReplicas));
        Assert.True(blue.Endpoint.IsAbsoluteUri);
        Assert.Equal(first, await Cluster.ReconciledRevision(default));
        Assert.Null(await Cluster.Slot("unknown", "blue", default));
    }

    [ContractFact]
    public async Task An_empty_slot_is_known_and_serves_nothing()
    {
        await Follow(Stage("green", "1.0.0", 1));
        await Until(async () => (await Cluster.Slot("tiny-ops", "green", default))?.Serves("sha256:1.0.0") == true);
        await Follow(Stage("green", "1.0.0", 0));
        await Until(async () => await Cluster.Slot("tiny-ops", "green", default) is { Replicas: 0, ReadyReplicas: 0 });
        Assert.False((await Cluster.Slot("tiny-ops", "green", default))!.Serves("sha256:1.0.0"));
    }

    [ContractFact]
    public async Task A_slot_serves_its_next_version_and_no_longer_the_one_before()
    {
        await Follow(Stage("green", "1.0.0", 1));
        await Until(async () => (await Cluster.Slot("tiny-ops", "green", default))?.Serves("sha256:1.0.0") == true);
        await Follow(Stage("green", "1.1.0", 1));
        await Until(async () => (await Cluster.Slot("tiny-ops", "green", default))?.Serves("sha256:1.1.0") == true);
        SlotStatus green = (await Cluster.Slot("tiny-ops", "green", default))!;
        Assert.False(green.Serves("sha256:1.0.0"));
        Assert.Equal(("1.1.0", 0), (green.Version, green.EarlierReplicas));
    }

    [ContractFact]
    public async Task Traffic_sent_past_Git_stays_whatever_Git_says_until_it_is_given_back()
    {
        string before = await BothServe(blue: 0, green: 100);
        await Route.SendAllTo("tiny-ops", "blue", default);
        await Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal(["blue"], await Serving());

        string later = Weigh(50, 50);
        await Cluster.RequestReconcile(default);
        Assert.Equal(["blue"], await Serving());
        Assert.Equal(before, await Cluster.ReconciledRevision(default));

        await Route.Resume("tiny-ops", default);
        await Until(async () => await Cluster.ReconciledRevision(default) == later);
        Assert.Equal(["blue", "green"], await Serving());
    }

    [ContractFact]
    public async Task Giving_back_what_is_not_owed_changes_nothing()
    {
        string before = await BothServe(blue: 100, green: 0);
        await Route.Resume("tiny-ops", default);
        Assert.Equal(before, await Cluster.ReconciledRevision(default));
        Assert.Equal(["blue"], await Serving());
        await Follow(Weigh(0, 100));
    }

    private async Task<string> BothServe(int blue, int green)
    {
        Stage("blue", "1.0.0", 1);
        Stage("green", "1.1.0", 1);
        string sha = await Follow(Weigh(blue, green));
        await Until(async () => (await Cluster.Slot("tiny-ops", "blue", default))?.Serves("sha256:1.0.0") == true
            && (await Cluster.Slot("tiny-ops", "green", default))?.Serves("sha256:1.1.0") == true);
        return sha;
    }

    private async Task<string> Follow(string sha)
    {
        await Cluster.RequestReconcile(default);
        await Until(async () => await Cluster.ReconciledRevision(default) == sha);
        return sha;
    }
}
