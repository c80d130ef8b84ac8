using LlmOps.Audit;
using LlmOps.Inbox;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox;

public sealed class CommandTests
{
    [Theory]
    [InlineData("explode", "tiny-ops", "1.0.0", "ann", "why", "k")]
    [InlineData("approve", "../x", "1.0.0", "ann", "why", "k")]
    [InlineData("approve", "tiny-ops", "one", "ann", "why", "k")]
    [InlineData("approve", "tiny-ops", "1.0.0", " ", "why", "k")]
    [InlineData("approve", "tiny-ops", "1.0.0", "ann", "\n", "k")]
    [InlineData("approve", "tiny-ops", "1.0.0", "ann", "why", "")]
    public async Task A_malformed_command_is_400_and_stored_nowhere(string verb, string model, string version, string by, string reason, string key)
    {
        using LoopFixture loop = new();
        Assert.Equal(400, (await loop.Get<ReceiveCommand>().Handle(new ReleaseCommand(verb, model, version, by, reason, key), default)).Status);
        Assert.Empty(loop.Blobs.Names(Containers.State, "inbox/"));
    }

    [Fact]
    public async Task What_is_unknown_is_404_and_what_is_not_possible_409_with_what_is()
    {
        using LoopFixture loop = new();
        Assert.Equal(404, (await loop.Order("approve")).Status);
        await loop.SecondGuarded();
        Assert.Equal(404, (await loop.Order("approve", "9.9.9")).Status);
        Receipt receipt = await loop.Order("hold", "1.1.0");
        Assert.Equal(409, receipt.Status);
        Assert.Contains("tiny-ops@1.1.0 is Guarded", receipt.Text, StringComparison.Ordinal);
        Assert.EndsWith("possible now: rollback", receipt.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_lets_a_release_go_on_and_stands_in_record_log_and_commit()
    {
        using LoopFixture loop = new();
        await loop.SecondWaits();
        Assert.Contains("llmops approve tiny-ops@1.1.0", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        Assert.Equal(202, (await loop.Order("approve")).Status);
        await loop.Until("1.1.0", Phase.Guarded);

        Release release = await loop.Release("1.1.0");
        Approval approval = Assert.Single(release.Approvals);
        Assert.Equal(("ann", release.Digest), (approval.By, approval.Digest));
        AuditEntry entry = Assert.Single(await loop.Log(), e => e.Kind == "Approved");
        Assert.Equal(("ann", "as I say", release.Digest, "api"), (entry.Evidence["by"], entry.Evidence["reason"], entry.Evidence["digest"], entry.Evidence["source"]));
        MemoryGit.Snapshot commit = Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Approved-By"));
        Assert.Equal(("ann", "5"), (commit.Commit.Trailers["Approved-By"], commit.Commit.Trailers["Step"]));
    }

    [Fact]
    public async Task A_command_that_is_sent_again_is_carried_out_once_and_its_key_is_its_own()
    {
        using LoopFixture loop = new();
        await loop.SecondWaits();
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(202, (await loop.Order("approve", key: "one")).Status);
        }
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal(202, (await loop.Order("approve", key: "one")).Status);
        Assert.Equal(409, (await loop.Order("hold", key: "one")).Status);
        await loop.Drain();
        Assert.Single(await loop.Log(), entry => entry.Kind == "Approved");
        Assert.DoesNotContain(await loop.Log(), entry => entry.Kind == "OrderRefused");
    }

    [Fact]
    public async Task A_rejection_empties_the_slot_and_the_champion_serves_on()
    {
        using LoopFixture loop = new();
        await loop.SecondWaits();
        await loop.Order("reject");
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.Refused, Closed: true }, "rejected");
        Assert.Equal(0, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases[Aliases.Champion]);
        Assert.Contains("ann rejected it", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_held_release_stays_at_its_step_until_it_is_resumed()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        await loop.Order("hold");
        await loop.For(TimeSpan.FromMinutes(40));
        Release held = await loop.Release("1.1.0");
        Assert.Equal((Phase.Progressing, 25), (held.Phase, held.Rollout!.Percent));
        Assert.Contains("llmops resume tiny-ops@1.1.0", held.Reason, StringComparison.Ordinal);
        await loop.Order("resume");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task A_held_release_that_fails_is_rolled_back()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        await loop.Order("hold");
        await loop.For(TimeSpan.FromMinutes(1));
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until("1.1.0", Phase.RolledBack);
    }

    [Fact]
    public async Task A_promoted_release_skips_the_steps_by_one_commit_to_a_slot_that_is_ready()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        await loop.Order("hold");
        await loop.Drain();
        loop.Cluster.NotReady.Add("tiny-ops/green");
        await loop.Order("promote");
        await loop.For(TimeSpan.FromMinutes(1));
        Assert.Equal(25, (await loop.Release("1.1.0")).Rollout!.Percent);
        Assert.Contains("to be ready", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        loop.Cluster.NotReady.Clear();
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal([5, 25, 100], (await loop.Release("1.1.0")).Rollout!.Done.Select(step => step.Percent));
    }

    [Fact]
    public async Task A_stalled_rollout_goes_on_when_a_person_resumes_it()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.RequestsPerSecond = 0;
        await loop.Until("1.1.0", Phase.Stalled);
        Assert.Equal(409, (await loop.Order("retry", "1.1.0")).Status);
        loop.Cluster.RequestsPerSecond = 40;
        await loop.Order("resume", "1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task A_rollback_goes_the_way_of_rollbacks()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        Assert.Equal(202, (await loop.Order("rollback", key: "r")).Status);
        Assert.Equal(202, (await loop.Order("rollback", key: "r")).Status);
        await loop.Drain();
        Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);

        // Sent again after the deed, as by a client whose first answer was lost, it is that deed still.
        Assert.Equal(202, (await loop.Order("rollback", key: "r")).Status);
        await loop.Drain();
        Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(409, (await loop.Order("rollback", key: "another")).Status);
    }

    [Fact]
    public async Task A_command_for_another_attempt_is_refused()
    {
        using LoopFixture loop = new();
        await loop.SecondWaits();
        ReleaseCommand pressed = new("approve", "tiny-ops", "1.1.0", "ann", "by the button", "b", "github", Attempt: 2);
        Receipt receipt = await loop.Get<ReceiveCommand>().Handle(pressed, default);
        Assert.Equal(409, receipt.Status);
        Assert.Contains("meant for attempt 2", receipt.Text, StringComparison.Ordinal);
        Assert.Equal(202, (await loop.Get<ReceiveCommand>().Handle(pressed with { Attempt = 1, Key = "c" }, default)).Status);
    }

    [Fact]
    public async Task An_order_that_lost_its_occasion_is_refused_in_the_log()
    {
        using LoopFixture loop = new();
        await loop.SecondWaits();
        await loop.Order("approve", key: "a");
        await loop.Order("reject", key: "b");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Contains("ann ordered to reject", Assert.Single(await loop.Log(), e => e.Kind == "OrderRefused").Text, StringComparison.Ordinal);
    }
}
