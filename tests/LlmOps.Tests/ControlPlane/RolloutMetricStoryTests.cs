using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>Rollouts with metrics beside the errors, and the strategy without steps, through the whole loop.</summary>
public sealed class RolloutMetricStoryTests
{
    private const string Watched = """
        rollout:
          metrics:
            - { metric: latency_p95, max_relative_increase: 0.5 }
        """;

    [Fact]
    public async Task A_candidate_as_fast_as_its_champion_is_promoted()
    {
        using LoopFixture loop = await With(Watched);
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Contains((await loop.Log()).Where(entry => entry.Kind == "StepPassed"), entry => entry.Text.Contains("latency_p95", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_slow_candidate_is_rolled_back()
    {
        using LoopFixture loop = await With(Watched, loop => loop.Cluster.Seconds["1.1.0"] = 0.3);
        await loop.Until("1.1.0", Phase.RolledBack);
        Assert.Contains("latency_p95 is worse than the champion's", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_nobody_counts_holds_the_step_until_it_stalls()
    {
        using LoopFixture loop = await With(Watched, loop => loop.Cluster.ServersCountNothing = true);
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Contains("no verdict yet on latency_p95: is not counted by the servers", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_metric_that_may_be_missing_is_ignored_where_nobody_counts_it()
    {
        using LoopFixture loop = await With(Watched.Replace("0.5 }", "0.5, missing: ignore }", StringComparison.Ordinal), loop => loop.Cluster.ServersCountNothing = true);
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task Blue_green_gives_all_the_traffic_at_once_and_keeps_the_other_slot_warm()
    {
        using LoopFixture loop = await With("rollout:\n  strategy: blue_green");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
        Assert.True(SlotManifest.Read("blue", loop.Git.Text("apps/tiny-ops/blue.yaml")).Replicas > 0);
        await loop.Until("1.1.0", Phase.Done);
    }

    [Fact]
    public async Task Blue_green_rolls_back_a_candidate_that_fails_more_than_the_champion_did()
    {
        using LoopFixture loop = await With("rollout:\n  strategy: blue_green", loop => loop.Cluster.ErrorRate["1.1.0"] = 0.2);
        await loop.Until("1.1.0", Phase.RolledBack);
        Assert.Contains("more errors than a healthy version", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Blue_green_does_not_blame_a_candidate_for_what_the_champion_did_as_often()
    {
        using LoopFixture loop = await With("rollout:\n  strategy: blue_green", loop => loop.Cluster.ErrorRate["1.1.0"] = 0.05, championErrors: 0.05);
        await loop.Until("1.1.0", Phase.Guarded);
    }

    private static async Task<LoopFixture> With(string rollout, Action<LoopFixture>? world = null, double championErrors = 0)
    {
        LoopFixture loop = new();
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy.Replace("rollout:", rollout, StringComparison.Ordinal));
        loop.Cluster.ErrorRate["1.0.0"] = championErrors;
        await loop.FirstChampion();
        world?.Invoke(loop);
        await loop.Upload("1.1.0", "weights of 1.1.0");
        return loop;
    }
}
