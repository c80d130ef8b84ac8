using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes.GitHub;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

/// <summary>GitHub's adapter, against a fake of GitHub over a real repository.</summary>
[Needs(Tool.Git)]
public sealed class GitHubGitHostContract : GitHostContract, IAsyncLifetime
{
    private readonly GitHubUnderTest github = new();

    protected override IGitHost Git => github.Connection.Host;

    public Task InitializeAsync() => github.Start();

    public Task DisposeAsync() => github.Stop();

    [ContractFact]
    public async Task Opens_an_issue_once_a_key()
    {
        await Git.OpenIssue(new GitIssue("../hostile key", "First", "body"), None);
        await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Git.OpenIssue(new GitIssue("../hostile key", "Second", "body"), None)));
        await Git.OpenIssue(new GitIssue("other", "Third", "body"), None);

        Assert.Equal(["First", "Third"], github.Fake.Reviews.Issues.Select(issue => issue.GetProperty("title").GetString()));
    }

    [ContractFact]
    public async Task Reads_a_long_file_whole()
    {
        github.Fake.Git.MostText = 10;
        string text = new string('é', 30) + "\n";
        string sha = (await Commit(await Git.Head("main", None), ("a b/ü.txt", text))).Sha!;

        Assert.Equal(text, await Git.Read("a b/ü.txt", sha, None));
        Assert.Contains(github.Fake.Requests, request => request.Path.Contains("/contents/", StringComparison.Ordinal));
    }
}
