using System.Net;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>What a process cluster does about processes that die, hang or never come up, and about files that do not parse.</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task A_killed_server_is_missed_and_comes_back_after_a_delay()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Weigh(100, 0);
        Running victim = (await test.Processes()).Single();

        Posix.Signal(victim.Pid, Posix.Kill);
        await test.UntilNotReady("blue");
        await ClusterUnderTest.Until(
            async () => (await test.Ask()).StatusCode == HttpStatusCode.ServiceUnavailable, "requests are refused");
        Assert.Contains($"127.0.0.1:{victim.Port}", await test.Api.GetStringAsync("targets"));
        Assert.Matches("expected_up{model=\"tiny-ops\",slot=\"blue\",.*} 1\n", await test.Api.GetStringAsync("metrics"));
        IReadOnlyList<ClusterEvent> events = await test.Cluster.RecentEvents("tiny-ops", "blue", default);
        // A busy machine's probe may also have seen it unready before its end was seen.
        Assert.Equal(["BackOff", "Crashed", "Started"], events.Select(entry => entry.Reason).Where(reason => reason is not ("Ready" or "Unready")));
        Assert.Contains("code 137", events.Single(entry => entry.Reason == "Crashed").Message);

        await test.UntilServes("blue", "1.0.0");
        Assert.Equal(2, await test.Started());
        Assert.NotEqual(victim.Pid, (await test.Processes()).Single().Pid);
    }

    [Fact]
    public async Task A_version_that_cannot_start_says_why_and_leaves_the_other_slot_alone()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Weigh(100, 0);
        test.Git.Slot("green", "2.0.0-crash");
        await test.Reconcile();
        await test.UntilEvent("green", entry => entry.Message.Contains("cannot load version 2.0.0-crash"), "the last line is an event");
        SlotStatus green = (await test.Cluster.Slot("tiny-ops", "green", default))!;
        Assert.Equal((1, 0, "2.0.0-crash"), (green.Replicas, green.ReadyReplicas, green.Version));
        Assert.Equal(HttpStatusCode.OK, (await test.Ask()).StatusCode);
        Assert.Null(await test.Cluster.Slot("unknown", "green", default));
    }

    [Fact]
    public async Task A_frozen_server_is_not_ready_until_it_goes_on()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        Running frozen = (await test.Processes()).Single();

        Posix.Signal(frozen.Pid, Posix.Stop);
        await test.UntilNotReady("blue");
        Assert.Contains($"127.0.0.1:{frozen.Port}", await test.Api.GetStringAsync("targets"));

        Posix.Signal(frozen.Pid, Posix.Continue);
        await test.UntilServes("blue", "1.0.0");
        Assert.Equal(1, await test.Started());
    }

    [Fact]
    public async Task A_file_that_does_not_parse_keeps_the_last_good_state()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Weigh(100, 0);
        string? good = await test.Cluster.ReconciledRevision(default);

        test.Git.Edit("route.yaml", text => text.Replace("weight: 100", "weight: lots")).Slot("blue", "1.0.1").Commit();
        await test.UntilServes("blue", "1.0.1");
        await test.UntilEvent("blue", entry => entry.Reason == "ManifestInvalid", "the slot has an event");
        Assert.Equal(good, await test.Cluster.ReconciledRevision(default));
        Assert.Equal(HttpStatusCode.OK, (await test.Ask()).StatusCode);

        test.Git.Edit("route.yaml", text => text.Replace("weight: lots", "weight: 100"));
        await test.Reconcile();
    }

    [Fact]
    public async Task An_app_that_is_deleted_is_taken_down()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        test.Git.Remove();
        await test.Reconcile();
        Assert.Null(await test.Cluster.Slot("tiny-ops", "blue", default));
        await ClusterUnderTest.Until(async () => (await test.Processes()).Length == 0, "its process is gone");
        Assert.Equal(HttpStatusCode.NotFound, (await test.Ask()).StatusCode);
    }
}
