using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes.GitHub;

namespace LlmOps.Tests.FunctionApp.GitHub;

/// <summary>What reading costs, and what is delivered to hooks.</summary>
public sealed class GitHubReadsTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Now = new(2026, 8, 22, 10, 0, 0, TimeSpan.Zero);
    private readonly GitHubUnderTest github = new();

    private IGitHost Git => github.Connection.Host;

    public Task InitializeAsync() => github.Start();

    public Task DisposeAsync() => github.Stop();

    [Fact]
    public async Task While_nothing_changes_looking_again_costs_nothing()
    {
        string head = await Git.Head("main", default);
        await Look(head);
        int before = github.Fake.Requests.Count;
        await Look(head);

        Assert.Equal(["GET /repos/acme/fleet/git/ref/heads%2Fmain"], github.Fake.Requests.Skip(before).Select(request => request.ToString()).Distinct());
        Assert.All(github.Fake.Requests.Skip(before), request => Assert.NotEmpty(request.Headers.IfNoneMatch.ToString()));
    }

    [Fact]
    public async Task A_new_head_is_seen_at_once()
    {
        string head = await Git.Head("main", default);
        await Look(head);
        string sha = (await github.Fake.Git.Host.Commit(new CommitRequest("main", head, new CommitMessage("Go on", "", []), new Dictionary<string, string?> { ["a"] = "1" }), default)).Sha!;

        Assert.Equal(sha, (await Git.History("main", 5, default))[0].Sha);
        Assert.Equal("1", await Git.Read("a", "main", default));
        Assert.Null(await Git.Read("a", head, default));
    }

    [Fact]
    public async Task Reads_more_commits_than_a_page_holds()
    {
        string head = await Git.Head("main", default);
        for (int i = 0; i < 105; i++)
        {
            head = (await github.Fake.Git.Host.Commit(new CommitRequest("main", head, new CommitMessage($"Change {i}", "", []), new Dictionary<string, string?> { ["a"] = $"{i}" }), default)).Sha!;
        }
        IReadOnlyList<GitCommit> history = await Git.History("main", 103, default);

        Assert.Equal(Enumerable.Range(2, 103).Reverse().Select(i => $"Change {i}"), history.Select(commit => commit.Subject));
        Assert.Equal(2, github.Fake.Requests.Count(request => request.Body.Contains("history(", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(null, "/app/hook/deliveries")]
    [InlineData(3L, "/repos/acme/fleet/hooks/3/deliveries")]
    public async Task Lists_deliveries_as_far_back_as_is_asked(long? hook, string path)
    {
        using GitHubConnection hooked = github.Fake.Connect(github.Fake.Options with { HookId = hook });
        github.Fake.Reviews.Pages.AddRange([[Delivery(5, 1), Delivery(4, 2)], [Delivery(3, 30), Delivery(2, 80)], [Delivery(1, 90)]]);

        IReadOnlyList<HookDelivery> tries = await hooked.Deliveries.ListSince(Now.AddHours(-72), default);
        await hooked.Deliveries.Redeliver(3, default);

        Assert.Equal([5, 4, 3], tries.Select(one => one.Id));
        Assert.All(tries, one => Assert.False(one.Succeeded));
        Assert.Equal([3], github.Fake.Reviews.Redelivered);
        Assert.Equal(["GET " + path, "GET " + path, $"POST {path}/3/attempts"], github.Fake.Requests.Where(request => request.Path.Contains("/deliveries", StringComparison.Ordinal)).Select(request => request.ToString()));
    }

    private static object Delivery(long id, int hoursAgo) =>
        new { id, guid = $"guid-{id}", delivered_at = Now.AddHours(-hoursAgo), redelivery = false, duration = 0.1, status = "Service Unavailable", status_code = 503, @event = "push" };

    private async Task Look(string head)
    {
        Assert.Single(await Git.History("main", 200, default));
        Assert.Equal("read me\n", await Git.Read("README.md", head, default));
        Assert.Null(await Git.Read("nothing", head, default));
        Assert.Equal(head, await Git.Head("main", default));
    }
}
