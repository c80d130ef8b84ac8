using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

public sealed class FreezeStoryTests
{
    private const string Switch = "freeze.yaml";

    [Fact]
    public async Task The_kill_switch_stops_staging_and_each_step_until_it_is_taken_away()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Git.Person(Switch, "frozen: true\nreason: audit\nby: ann\n");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.For(TimeSpan.FromMinutes(20));
        Assert.Equal((Phase.Verified, "is frozen by ann: audit; freeze.yaml says so"), (await loop.Release("1.1.0") is var waiting ? (waiting.Phase, waiting.Reason) : default));

        loop.Git.Person(Switch, "frozen: false\n");
        await loop.Until(async () => (await loop.Release("1.1.0")).Rollout is { Percent: 25, StepSince: not null }, "25 %");
        loop.Git.Person(Switch, "frozen: yes please\n");
        await loop.For(TimeSpan.FromMinutes(40));
        Assert.Equal((Phase.Progressing, 25), (await loop.Release("1.1.0") is var held ? (held.Phase, held.Rollout!.Percent) : default));
        loop.Git.Person(Switch, (string?)null);
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task The_kill_switch_stops_promotion_and_no_rollback()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until(async () => (await loop.Find("1.1.0"))?.Rollout is { Percent: 100, StepSince: not null }, "100 %");
        loop.Git.Person(Switch, "frozen: true\n");
        await loop.For(TimeSpan.FromMinutes(20));
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until("1.1.0", Phase.RolledBack);
    }

    [Fact]
    public async Task A_window_holds_a_rollout_until_it_ends()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        // The test's clock stands at 10:31 on a Saturday.
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "freeze:\n  - { from: '09:00', to: '11:00', days: [saturday] }\n");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.InRange((await loop.Release("1.1.0")).TrafficSince!.Value, ManualClock.Start.AddHours(1), ManualClock.Start.AddHours(1).AddMinutes(5));
    }

    [Fact]
    public async Task After_two_rollbacks_nothing_is_rolled_out_until_a_person_lifts_it()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        foreach (string version in new[] { "1.1.0", "1.2.0" })
        {
            loop.Cluster.ErrorRate[version] = 0.5;
            await loop.Upload(version, $"weights of {version}");
            await loop.Until(async () => await loop.Find(version) is { Phase: Phase.RolledBack, Closed: true }, $"{version} settled");
        }
        await loop.Upload("1.3.0", "weights of 1.3.0");
        await loop.For(TimeSpan.FromMinutes(30));
        Assert.Equal(Phase.Verified, (await loop.Release("1.3.0")).Phase);
        Assert.Contains("llmops resume tiny-ops", (await loop.Release("1.3.0")).Reason, StringComparison.Ordinal);

        Assert.Equal(202, (await loop.Order("resume", key: "looked")).Status);
        await loop.Until("1.3.0", Phase.Guarded);
        Assert.Contains(await loop.Log(), entry => entry is { Kind: "FreezeLifted", Model: "tiny-ops" } && entry.Evidence["by"] == "ann");
    }

    [Fact]
    public async Task A_frozen_model_is_rolled_back_by_a_person_only()
    {
        using LoopFixture loop = new();
        await Guarded(loop);
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.2.0", fingerprint: Alerts.Fingerprint(2))));
        await loop.Drain();
        Assert.Equal(Phase.Guarded, (await loop.Release("1.2.0")).Phase);
        Assert.Contains("llmops rollback tiny-ops", Assert.Single(loop.Git.Issues).Body, StringComparison.Ordinal);
        await loop.Order("rollback");
        await loop.Drain();
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.2.0")).Phase);
    }

    // One rollback is behind it, and a person has said since that one freezes.
    private static async Task Guarded(LoopFixture loop)
    {
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until("1.2.0", Phase.Guarded);
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "freeze_after: { rollbacks: 1, within: 24h }\n");
        await loop.For(TimeSpan.FromMinutes(6));
    }
}
