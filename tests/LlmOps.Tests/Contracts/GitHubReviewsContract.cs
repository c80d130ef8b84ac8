using System.Text.Json;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes.GitHub;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

/// <summary>GitHub's adapter, against a fake of GitHub over a real repository.</summary>
[Needs(Tool.Git)]
public sealed class GitHubReviewsContract : GitReviewsContract, IAsyncLifetime
{
    private readonly GitHubUnderTest github = new();

    protected override IGitHost Git => github.Connection.Host;

    protected override IGitReviews Reviews => github.Connection.Reviews;

    public Task InitializeAsync() => github.Start();

    public Task DisposeAsync() => github.Stop();

    [ContractFact]
    public async Task Takes_no_change_for_its_own_that_somebody_pushed_to()
    {
        PullRequest pull = await OpenOwn();
        Assert.Equal("a key", (await Reviews.ReadPullRequest(pull.Number, None))!.Key);
        await github.Fake.Git.Host.Commit(
            new CommitRequest(github.Fake.Reviews.Pull(pull.Number).Head, pull.HeadSha, new CommitMessage("More", "", [new("Idempotency-Key", "a key")]), new Dictionary<string, string?> { ["b"] = "2" }), None);

        PullRequest now = (await Reviews.ReadPullRequest(pull.Number, None))!;

        Assert.Null(now.Key);
        Assert.Equal(["a", "b"], now.ChangedPaths);
    }

    [ContractFact]
    public async Task Takes_no_persons_pull_request_for_its_own_whatever_it_is_called()
    {
        PullRequest pull = await OpenOwn();
        FakePull own = github.Fake.Reviews.Pull(pull.Number);
        int copied = github.Fake.Reviews.Open(own.Head, "main", "mallory", "User", own.Title, own.Body, own.BaseSha).Number;
        int bots = github.Fake.Reviews.Open(own.Head, "main", "other[bot]", "Bot", own.Title, own.Body, own.BaseSha).Number;

        Assert.Null((await Reviews.ReadPullRequest(copied, None))!.Key);
        Assert.Null((await Reviews.ReadPullRequest(bots, None))!.Key);
    }

    [ContractFact]
    public async Task Goes_on_where_an_opening_was_killed()
    {
        string old = await Git.Head("main", None);
        await github.Fake.Git.Ask("branch", ProposalBranch.Of("a key"), old);
        await Git.Commit(new CommitRequest("main", old, new CommitMessage("Go on", "", []), new Dictionary<string, string?> { ["later"] = "x" }), None);

        PullRequest pull = await OpenOwn();

        Assert.Equal(await Git.Head("main", None), pull.BaseSha);
        Assert.Equal(["a"], pull.ChangedPaths);
        Assert.Equal("a key", pull.Key);
    }

    [ContractFact]
    public async Task Opens_the_pull_request_of_a_branch_whose_commit_is_there()
    {
        github.Fake.Do(new Fault(request => request.ToString() == "POST /repos/acme/fleet/pulls") { Answer = (503, "", []) });
        PullRequest pull = await OpenOwn();

        Assert.Equal("a key", pull.Key);
        Assert.Equal("2", (await github.Fake.Git.Ask("rev-list", "--count", pull.HeadSha)).Trim());
    }

    private async Task<PullRequest> OpenOwn() => await Reviews.OpenPullRequest(
        new PullRequestDraft(
            "a key", "main", await Git.Head("main", None), new CommitMessage("Stage it", "", [new("Idempotency-Key", "a key")]), new Dictionary<string, string?> { ["a"] = "1" }), None);

    protected override Task Merge(int number) => github.Fake.Reviews.Merge(number);

    protected override Task Close(int number)
    {
        github.Fake.Reviews.Pull(number).State = "closed";
        return Task.CompletedTask;
    }

    protected override async Task<int> Propose(string author, string text, string path, string? content)
    {
        string head = await Git.Head("main", None);
        await github.Fake.Git.Ask("branch", "change", head);
        await github.Fake.Git.Host.Commit(new CommitRequest("change", head, new CommitMessage("Change", "", []), new Dictionary<string, string?> { [path] = content }), None);
        string[] parts = text.Split("\n\n", 2);
        return github.Fake.Reviews.Open("change", "main", author, "User", parts[0], parts.ElementAtOrDefault(1) ?? "", head).Number;
    }

    protected override Task Grant(string login, Permission permission)
    {
        string name = permission.ToString().ToLowerInvariant();
        github.Fake.Reviews.People[login] = (name, name);
        return Task.CompletedTask;
    }

    protected override Task<(IReadOnlyList<CheckRun> Checks, IReadOnlyList<ReviewComment> Comments)> Shown() => Task.FromResult<(IReadOnlyList<CheckRun>, IReadOnlyList<ReviewComment>)>((
        [.. github.Fake.Reviews.Checks.Select(check => Read(check.Body, check.Sha))], [.. github.Fake.Reviews.Comments.Select(comment => new ReviewComment("", comment.Number, comment.Body))]));

    private static CheckRun Read(JsonElement check, string sha) => new(
        check.GetProperty("name").GetString()!, sha,
        check.GetProperty("conclusion").GetString() switch { "success" => Conclusion.Success, "neutral" => Conclusion.Neutral, "failure" => Conclusion.Failure, _ => Conclusion.ActionRequired },
        check.GetProperty("output").GetProperty("title").GetString()!, check.GetProperty("output").GetProperty("summary").GetString()!, check.GetProperty("external_id").GetString()!)
    {
        Actions = [.. check.GetProperty("actions").EnumerateArray().Select(action =>
            new CheckAction(action.GetProperty("label").GetString()!, action.GetProperty("description").GetString()!, action.GetProperty("identifier").GetString()!))],
    };
}
