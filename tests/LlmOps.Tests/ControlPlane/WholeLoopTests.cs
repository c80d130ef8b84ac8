using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

public sealed class WholeLoopTests
{
    [Fact]
    public async Task The_first_release_gets_all_traffic_at_once_and_ends_done()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();

        Assert.Equal(
            ["Uploaded", "Verified", "Staged", "SlotReady", "GatesPassed", "StepCommitted", "StepStarted", "Promoted", "GuardOpened", "GuardClosed"],
            (await loop.Log()).Select(entry => entry.Kind));
        Assert.Equal(new RouteManifest(100, 0), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases[Aliases.Champion]);
        Assert.Empty(loop.Failures);
    }

    [Fact]
    public async Task The_second_release_takes_the_traffic_in_steps_and_keeps_the_former_champion_warm_until_done()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();

        Assert.Equal(
            ["Stage tiny-ops@1.1.0", "Give tiny-ops@1.1.0 5 % of the traffic", "Give tiny-ops@1.1.0 25 % of the traffic",
                "Give tiny-ops@1.1.0 50 % of the traffic", "Give tiny-ops@1.1.0 100 % of the traffic"],
            loop.Git.Commits.Select(c => c.Commit.Subject).Where(subject => subject.Contains("1.1.0", StringComparison.Ordinal)));
        Assert.Equal(1, SlotManifest.Read("blue", loop.Git.Text("apps/tiny-ops/blue.yaml")).Replicas);
        RegisteredModel model = await loop.Registered();
        Assert.Equal(("1.1.0", "1.0.0"), (model.Aliases[Aliases.Champion], model.Aliases[Aliases.Previous]));
        Assert.DoesNotContain(Aliases.Candidate, model.Aliases.Keys);

        await loop.Until("1.1.0", Phase.Done);
        Assert.Equal(0, SlotManifest.Read("blue", loop.Git.Text("apps/tiny-ops/blue.yaml")).Replicas);
        Assert.True((await loop.Get<VerifyAudit>().Handle(default)).Holds);
        Assert.Empty(loop.Failures);
    }
}
