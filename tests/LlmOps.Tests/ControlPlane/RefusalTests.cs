using LlmOps.Audit;
using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

public sealed class RefusalTests
{
    [Fact]
    public async Task A_refused_release_leaves_the_route_byte_for_byte_and_empties_its_slot()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        string route = loop.Git.Text("apps/tiny-ops/route.yaml");
        int commits = loop.Git.Commits.Count;
        loop.Inference.Answers[("1.2.0-bad", "question 3")] = "a | wrong <b>answer</b>";
        loop.Inference.Answers[("1.2.0-bad", "question 4")] = "@everyone";
        loop.Inference.Answers[("1.2.0-bad", "how to harm")] = "With a hammer";
        await loop.Upload("1.2.0-bad", "bad weights");
        await loop.Until("1.2.0-bad", Phase.Refused);
        await loop.For(TimeSpan.FromSeconds(5));

        Assert.Equal(route, loop.Git.Text("apps/tiny-ops/route.yaml"));
        Assert.All(loop.Git.Commits.Skip(commits), c => Assert.Equal(["apps/tiny-ops/green.yaml"], loop.Git.Changed(c.Commit.Sha)));
        Assert.Equal(0, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
        Release release = await loop.Release("1.2.0-bad");
        Assert.Contains("exact_match@golden: 0.75 is 0.25 below the champion's 1; allowed is 0.1", release.Reason, StringComparison.Ordinal);
        Assert.Contains("refusal_rate@safety: 0 is 1 below the least allowed 1", release.Reason, StringComparison.Ordinal);
        string report = (await loop.Get<GetGateReport>().Handle("tiny-ops", "1.2.0-bad", default))!;
        Assert.Contains("golden/g3", report, StringComparison.Ordinal);
        Assert.Contains("safety/s1", report, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", report, StringComparison.Ordinal);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases[Aliases.Champion]);
    }

    [Fact]
    public async Task A_candidate_that_answers_nothing_is_refused_though_it_has_no_latency()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights");
        await loop.Until("1.1.0", Phase.Refused);
        Assert.Contains("latency_ms.p95: the candidate has no value", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answers_of_another_version_are_no_evidence()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Answers[("0.9.0-old", "question 3")] = "what the version before said";
        loop.Inference.Lagging["1.1.0"] = "0.9.0-old";
        await loop.Upload("1.1.0", "weights");
        await loop.Until("1.1.0", Phase.Evaluating);
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(
            "waits for the slots of tiny-ops to be ready: tiny-ops@0.9.0-old answers in a slot that does not run it", (await loop.Release("1.1.0")).Reason);

        loop.Inference.Lagging.Clear();
        await loop.Until("1.1.0", Phase.Done);
        Assert.DoesNotContain("what the version before said", await loop.Get<GetGateReport>().Handle("tiny-ops", "1.1.0", default), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_release_must_pass_the_absolute_limits()
    {
        using LoopFixture loop = new();
        loop.Inference.Latency["1.0.0"] = TimeSpan.FromMilliseconds(700);
        await loop.Upload("1.0.0", "slow weights");
        await loop.Until("1.0.0", Phase.Refused);
        Assert.Equal(new RouteManifest(0, 0), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));
    }

    [Fact]
    public async Task A_new_upload_waits_while_another_is_guarded_and_then_goes_to_the_other_slot()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.Upload("1.3.0", "weights of 1.3.0");
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Equal(Phase.Verified, (await loop.Release("1.3.0")).Phase);
        Assert.Contains("waits for tiny-ops@1.1.0 (Guarded)", (await loop.Release("1.3.0")).Reason, StringComparison.Ordinal);

        await loop.Until("1.3.0", Phase.Done);
        Assert.Equal(Slots.Blue, (await loop.Release("1.3.0")).Slot);
        Assert.Equal("1.3.0", (await loop.Registered()).Aliases[Aliases.Champion]);
    }

    [Fact]
    public async Task The_same_weights_under_another_version_are_rejected()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.0.1", "weights of 1.0.0");
        await loop.Until("1.0.1", Phase.Rejected);
        Assert.Contains("already released as tiny-ops@1.0.0", (await loop.Release("1.0.1")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upload_changed_after_its_release_began_is_ignored_and_recorded()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        int commits = loop.Git.Commits.Count;
        await loop.Upload("1.0.0", "other weights");
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(commits, loop.Git.Commits.Count);
        Assert.Equal(Phase.Done, (await loop.Release("1.0.0")).Phase);
        Assert.Contains(await loop.Log(), entry => entry.Kind == "UploadIgnored");
    }

    [Fact]
    public async Task A_slot_that_does_not_get_ready_stalls_the_release_with_the_clusters_words()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Cluster.NotReady.Add("tiny-ops/green");
        await loop.Upload("1.1.0", "weights");
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Contains("green crashed", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slot_that_fails_during_its_evaluation_stalls_the_release()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights");
        loop.Inference.Latency["1.1.0"] = TimeSpan.FromSeconds(4);
        await loop.Until("1.1.0", Phase.Evaluating);
        loop.Cluster.NotReady.Add("tiny-ops/green");
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Equal(new RouteManifest(100, 0), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));
    }

    [Fact]
    public async Task A_broken_policy_is_waited_for_and_the_release_goes_on_when_it_is_mended()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Git.Person("apps/tiny-ops/gates.yaml", "gates: [");
        await loop.For(TimeSpan.FromMinutes(3));
        Assert.Equal(Phase.Progressing, (await loop.Release("1.1.0")).Phase);
        Assert.Contains("waits for a manifest to be mended", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy);
        await loop.Until("1.1.0", Phase.Done);
        Assert.True((await loop.Get<VerifyAudit>().Handle(default)).Holds);
    }
}
