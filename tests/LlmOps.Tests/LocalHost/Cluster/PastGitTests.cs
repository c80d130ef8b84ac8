using LlmOps.LocalHost.Adapters;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>The way past Git on the process cluster: what was set stays until the reconciler is resumed.</summary>
public sealed class PastGitTests
{
    [Fact]
    public async Task A_route_set_past_Git_stays_whatever_Git_says_until_it_is_resumed()
    {
        await using ClusterUnderTest test = await ClusterUnderTest.Start();
        await test.Stage("blue", "1.0.0");
        await test.Stage("green", "1.1.0");
        await test.Weigh(0, 100);
        string before = (await test.Cluster.ReconciledRevision(default))!;
        ProcessClusterRoute route = new(test.Api);

        await route.SendAllTo("tiny-ops", "blue", default);
        test.Git.Weights(10, 90);
        string later = test.Git.Commit();
        await test.Cluster.RequestReconcile(default);
        await Task.Delay(500);
        Assert.Equal(["blue"], await Answering(test));
        Assert.Equal(before, await test.Cluster.ReconciledRevision(default));

        await route.Resume("tiny-ops", default);
        await ClusterUnderTest.Until(async () => await test.Cluster.ReconciledRevision(default) == later, "the reconciler follows Git again");
        Assert.Contains("green", await Answering(test));
        await Assert.ThrowsAsync<HttpRequestException>(() => route.SendAllTo("unknown", "blue", default));
    }

    private static async Task<IEnumerable<string>> Answering(ClusterUnderTest test)
    {
        HashSet<string> slots = [];
        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage response = await test.Ask();
            slots.Add(response.Headers.GetValues("x-llmops-slot").Single());
        }
        return slots;
    }
}
