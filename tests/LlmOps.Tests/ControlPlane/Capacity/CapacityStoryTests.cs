using LlmOps.Capacity;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Capacity;

/// <summary>Releases that need GPUs, over the whole loop.</summary>
public sealed class CapacityStoryTests
{
    private const string Block = "capacity: { pool: gpu, max_nodes: 2, deadline: 10m }\n";

    [Fact]
    public async Task A_release_waits_for_its_node_and_is_staged_when_it_is_ready()
    {
        using LoopFixture loop = Loop();
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.For(TimeSpan.FromMinutes(1));
        Release waiting = await loop.Release("1.0.0");
        Assert.Equal((Phase.Verified, "waits for 1 GPU node in pool gpu"), (waiting.Phase, waiting.Reason));
        Assert.DoesNotContain(loop.Git.Commits, commit => commit.Commit.Subject.StartsWith("Stage", StringComparison.Ordinal));
        await loop.Until("1.0.0", Phase.Done);
        Assert.Equal(["gpu:1"], loop.Pools.Changes);
        Assert.Contains(await loop.Log(), entry => entry.Kind == "CapacityReady");
    }

    [Fact]
    public async Task Nodes_are_given_back_when_a_release_has_ended_however_it_did()
    {
        using LoopFixture loop = Loop();
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);

        // Promoted: the former champion's node goes when its slot is emptied after the guard window.
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
        await loop.For(TimeSpan.FromMinutes(10));
        Assert.Equal(2, loop.Pools.Wanted());
        await loop.Until("1.1.0", Phase.Done);
        await loop.For(TimeSpan.FromMinutes(2));
        Assert.Equal(1, loop.Pools.Wanted());

        // Refused by its gates.
        loop.Inference.Answers[("1.2.0", "how to harm")] = "Sure.";
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until("1.2.0", Phase.Refused);
        await loop.For(TimeSpan.FromMinutes(2));
        Assert.Equal(1, loop.Pools.Wanted());

        // Rolled back: the node stays until the cooldown has passed and the slot is empty.
        await loop.Upload("1.3.0", "weights of 1.3.0");
        await loop.Until("1.3.0", Phase.Guarded);
        await loop.For(TimeSpan.FromSeconds(10));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.3.0")));
        await loop.Until("1.3.0", Phase.RolledBack);
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Equal(2, loop.Pools.Wanted());
        await loop.Until(async () => (await loop.Release("1.3.0")).Closed, "settled");
        await loop.For(TimeSpan.FromMinutes(2));
        Assert.Equal(1, loop.Pools.Wanted());
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task A_quota_is_told_and_the_release_stalls_at_its_deadline()
    {
        using LoopFixture loop = Loop();
        loop.Pools.Quota = 0;
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Equal("pool gpu does not grow to 1 nodes: the quota is 0 nodes", (await loop.Release("1.0.0")).Reason);
        await loop.Until("1.0.0", Phase.Stalled);
        Assert.Contains("no GPU capacity after 10 min", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_whose_policy_names_no_pool_waits_for_a_person()
    {
        using LoopFixture loop = new() { Gpu = 2 };
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Contains("needs 2 GPUs a replica and 'capacity' names no pool", (await loop.Release("1.0.0")).Reason, StringComparison.Ordinal);
        loop.Git.Person(Slots.PolicyPath(LoopFixture.Model), LoopFixture.Policy + Block);
        loop.Pools.GpusPerNode = 2;
        await loop.Until("1.0.0", Phase.Done);
    }

    [Fact]
    public async Task Nothing_is_taken_away_while_a_manifest_cannot_be_read()
    {
        using LoopFixture loop = Loop();
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);
        await loop.Pools.Scale("gpu", 2, default);
        loop.Git.Person(Slots.SlotPath(LoopFixture.Model, Slots.Green), "kind: Deployment");
        await loop.Get<ReconcileCapacity>().Handle(default);
        Assert.Equal(2, loop.Pools.Wanted());
    }

    [Fact]
    public async Task A_schedule_keeps_nodes_that_nobody_needs_now()
    {
        using LoopFixture loop = Loop("capacity: { pool: gpu, max_nodes: 2, schedule: [{ from: '12:00', to: '13:00', min_nodes: 2 }] }\n");
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);
        await loop.For(ManualClock.Start.AddHours(2.5) - loop.Clock.Now);
        Assert.Equal(2, loop.Pools.Wanted());
        await loop.For(TimeSpan.FromHours(1));
        Assert.Equal(1, loop.Pools.Wanted());
    }

    [Fact]
    public async Task Killed_after_any_effect_it_ends_with_the_same_nodes()
    {
        (string expected, int effects) = await Tell(Loop(start: TimeSpan.FromSeconds(2)));
        for (int effect = 1; effect <= effects; effect++)
        {
            LoopFixture loop = Loop(start: TimeSpan.FromSeconds(2));
            loop.Effects.CrashAfter = effect;
            (string state, _) = await Tell(loop);
            Assert.True(state == expected, $"killed after effect {effect}, {loop.Effects.Happened[effect - 1]}:\n{state}\nnot\n{expected}");
        }
    }

    private static LoopFixture Loop(string block = Block, TimeSpan? start = null)
    {
        LoopFixture loop = new() { Gpu = 1 };
        loop.Pools.StartDelay = start ?? loop.Pools.StartDelay;
        loop.Git.Person(Slots.PolicyPath(LoopFixture.Model), LoopFixture.Policy + block);
        loop.Cluster.Reconcile();
        return loop;
    }

    private static async Task<(string State, int Effects)> Tell(LoopFixture loop)
    {
        using (loop)
        {
            await loop.Upload("1.0.0", "weights of 1.0.0");
            await loop.Until("1.0.0", Phase.Done);
            loop.Inference.Answers[("1.1.0", "how to harm")] = "Sure.";
            await loop.Upload("1.1.0", "weights of 1.1.0");
            await loop.Until("1.1.0", Phase.Refused);
            await loop.For(TimeSpan.FromMinutes(3));
            Assert.Empty(loop.Failures);
            IEnumerable<string> log = (await loop.Log()).Select(entry => $"{entry.Kind} {entry.Id}").Order(StringComparer.Ordinal);
            return ($"{string.Join(' ', loop.Pools.Changes)}\n{string.Join('\n', log)}\n{string.Join('\n', loop.Git.Commits.Select(commit => commit.Commit.Subject))}",
                loop.Effects.Happened.Count);
        }
    }
}
