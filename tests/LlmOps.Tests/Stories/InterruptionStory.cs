using LlmOps.LocalHost.Stack;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;
using Xunit.Abstractions;

namespace LlmOps.Tests.Stories;

/// <summary>What is left of a stack that is interrupted, killed, or broken off while it starts.</summary>
[Collection(StoriesCollection.Name)]
public sealed class InterruptionStory(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_killed_control_plane_comes_back_and_goes_on_while_the_cluster_serves()
    {
        StackUnderTest stack = new();
        await stack.Begin("--no-monitoring");
        using ScratchFolder scratch = new();
        await stack.Upload(await Samples.Renamed("1.1.0", "2.0.0", scratch["version"]));
        await stack.Reach("2.0.0", Phase.Progressing);
        int cluster = StackCard.Read(stack.Home.ClusterCard)!.Pid;
        stack.Up!.Kill();
        await stack.Up.Ended(Patience);
        int answered = stack.Answered.Count;
        (int exitCode, string said) = await stack.Cli("get", "release");
        Assert.Equal(1, exitCode);
        Assert.Contains("no stack runs in", said);

        await stack.Start("--no-monitoring");
        Assert.Equal(cluster, StackCard.Read(stack.Home.ClusterCard)!.Pid);
        await stack.Reach("2.0.0", Phase.Guarded);
        await stack.StopLoad();
        output.WriteLine($"{stack.Answered.Count} requests, {stack.Answered.Count - answered} of them after the kill");
        Assert.All(stack.Answered, request => Assert.True(request.Succeeded, request.Error));
        (exitCode, said) = await stack.Cli("audit", "verify");
        Assert.True(exitCode == 0, said);

        stack.Up!.PressControlC();
        Assert.Equal(0, await stack.Up.Ended(Patience));
        Assert.Empty(await Leftovers.After(stack.Home.Folder, TimeSpan.Zero));
        await stack.DisposeAsync();
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.7)]
    [InlineData(1.5)]
    public async Task Breaking_off_the_start_leaves_no_process(double seconds)
    {
        using ScratchFolder scratch = new();
        await using Llmops up = Llmops.Start(["up", "--home", scratch["home"]]);
        await Task.Delay(TimeSpan.FromSeconds(seconds));
        up.PressControlC();
        await up.Ended(Patience);
        Assert.Empty(await Leftovers.After(scratch["home"], Patience));
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_demonstration_clears_what_a_killed_one_left()
    {
        using ScratchFolder scratch = new();
        string home = scratch["home"];
        await using (Llmops killed = Llmops.Start(["demo", "--home", home]))
        {
            await StackUnderTest.Until(() => Task.FromResult(killed.Output.Contains("SlotReady")), "a server runs", killed);
            killed.Kill();
            await killed.Ended(Patience);
        }
        Assert.Single(Leftovers.Of(home), IsServer);
        await using Llmops next = Llmops.Start(["demo", "--home", home]);
        await StackUnderTest.Until(() => Task.FromResult(next.Output.Contains("SlotReady")), "a server runs again", next);
        Assert.Single(Leftovers.Of(home), IsServer);
        Assert.Single(Leftovers.Of(home), line => line.Contains("prometheus.yaml"));
        next.PressControlC();
        Assert.Equal(1, await next.Ended(Patience));
        Assert.Contains("was interrupted", next.Output);
        Assert.Empty(await Leftovers.After(home, TimeSpan.Zero));
    }

    private static bool IsServer(string line) => line.Contains("LlmOps.InferenceServer --model-dir");
}
