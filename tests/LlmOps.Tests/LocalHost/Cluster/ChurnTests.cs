using Xunit.Abstractions;

namespace LlmOps.Tests.LocalHost.Cluster;

public sealed class ChurnTests(ITestOutputHelper output)
{
    [Fact]
    public async Task No_request_is_lost_while_a_release_comes_and_goes()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Weigh(100, 0);
        await using Load load = new(test);

        await test.Stage("green", "1.1.0");
        foreach (int share in new[] { 5, 25, 50, 100 })
        {
            await test.Weigh(100 - share, share);
            int before = load.Answers.Count;
            await ClusterUnderTest.Until(() => Task.FromResult(load.Answers.Count >= before + 50), "fifty more are answered");
        }
        int startedBefore = await test.Started();
        await test.Weigh(100, 0);
        Assert.Equal(startedBefore, await test.Started());

        // Several objects in one commit, applied in any order: both slots change, neither serves less than before.
        test.Git.Slot("green", "1.1.0", replicas: 0).Slot("blue", "1.0.0", replicas: 2).Weights(1, 0);
        await test.Reconcile();
        await ClusterUnderTest.Until(async () => (await test.Processes()).All(process => process.Slot == "blue"), "green is empty");

        // A new version in the slot that serves: the old pod stays until the new one is ready.
        await test.Stage("blue", "1.2.0");
        await ClusterUnderTest.Until(async () => (await test.Processes()).Length == 1, "the old pods are gone");

        output.WriteLine($"commit to reconciled: {string.Join(", ", test.ReconcileTimes.Select(time => $"{time.TotalSeconds:0.00}"))} s");
        output.WriteLine($"{load.Answers.Count} requests, {load.Failed} failed");
        Assert.True(load.Answers.Count > 200);
        Assert.Equal(0, load.Failed);
    }

    [Fact]
    public async Task A_slot_that_serves_a_version_answers_with_no_other()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start(settings => settings with { EndpointDelay = TimeSpan.FromMilliseconds(500) });
        await test.Stage("blue", "1.0.0");
        using HttpClient slot = new() { BaseAddress = (await test.Cluster.Slot("tiny-ops", "blue", default))!.Endpoint };
        foreach (string version in new[] { "1.1.0", "1.2.0", "1.3.0" })
        {
            test.Git.Slot("blue", version).Commit();
            await test.Cluster.RequestReconcile(default);
            await ClusterUnderTest.Until(async () => await Serves(test, version), $"blue serves {version}", pauseMs: 1);
            using HttpResponseMessage answer = await slot.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), content: null);
            Assert.Contains($"\"model\":\"{version}\"", await answer.Content.ReadAsStringAsync());
        }
    }

    private static async Task<bool> Serves(ClusterUnderTest test, string version) =>
        await test.Cluster.Slot("tiny-ops", "blue", default) is { } status && status.Version == version && status.Serves(status.Digest);
}
