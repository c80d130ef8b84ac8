using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Contracts;

[Needs(Tool.Git)]
public sealed class BareGitHostContract : GitHostContract, IAsyncLifetime
{
    private readonly ScratchFolder folder = new();
    private readonly ManualClock clock = new();
    private BareGitHost? host;

    protected override IGitHost Git => host!;

    public async Task InitializeAsync()
    {
        foreach ((string path, string text) in Template)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(folder["template/" + path])!);
            await File.WriteAllTextAsync(folder["template/" + path], text);
        }
        host = await Create();
    }

    public Task DisposeAsync()
    {
        folder.Dispose();
        return Task.CompletedTask;
    }

    [ContractFact]
    public async Task What_a_killed_git_left_locked_is_free_again_after_a_while_and_not_before()
    {
        string head = await Git.Head("main", None);
        string[] locks = [.. new[] { "refs/heads/main.lock", "HEAD.lock", "packed-refs.lock" }.Select(name => folder[$"fleet.git/{name}"])];
        foreach (string name in locks)
        {
            await File.WriteAllTextAsync(name, "");
        }
        StaleLock.Clear(folder["fleet.git"], "main");
        Assert.All(locks, name => Assert.True(File.Exists(name)));

        foreach (string name in locks)
        {
            File.SetLastWriteTimeUtc(name, File.GetLastWriteTimeUtc(name).AddSeconds(-31));
        }
        Assert.True((await Commit(head, ("a", "1"))).Committed);
        Assert.All(locks, name => Assert.False(File.Exists(name)));
    }

    [ContractFact]
    public async Task Starts_with_the_template_and_keeps_what_there_is()
    {
        string sha = (await Commit(await Git.Head("main", None), ("a", "1"))).Sha!;
        await File.WriteAllTextAsync(folder["template/later"], "x");

        host = await Create();

        Assert.Equal(sha, await Git.Head("main", None));
        Assert.Equal("read me\n", await Git.Read("README.md", "main", None));
        Assert.Null(await Git.Read("later", "main", None));
    }

    [ContractFact]
    public async Task Starts_anew_where_a_start_was_killed_half_way()
    {
        Directory.Delete(folder["fleet.git"], recursive: true);
        Directory.CreateDirectory(folder["fleet.git.new/objects/half"]);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Create()));

        Assert.Single(await Git.History("main", 10, None));
        Assert.False(Directory.Exists(folder["fleet.git.new"]));
    }

    [ContractFact]
    public async Task Dates_commits_by_its_clock_as_one_author()
    {
        clock.Advance(TimeSpan.FromDays(1));
        await Commit(await Git.Head("main", None), ("a", "1"));

        Assert.Equal(clock.GetUtcNow(), (await Git.History("main", 1, None))[0].At);
    }

    [ContractFact]
    public async Task Refuses_a_rewound_branch_too()
    {
        string first = await Git.Head("main", None);
        string second = (await Commit(first, ("a", "1"))).Sha!;
        await new GitCommand(folder["fleet.git"]).Ask(None, "update-ref", "refs/heads/main", first);

        Assert.Equal(new CommitOutcome(null, first), await Commit(second, ("a", "2")));
    }

    [ContractFact]
    public async Task Leaves_no_ref_but_its_branch()
    {
        await Commit(await Git.Head("main", None), ("a", "1"));

        string refs = await new GitCommand(folder["fleet.git"]).Ask(None, "for-each-ref", "--format=%(refname)");
        Assert.Equal("refs/heads/main\n", refs);
    }

    [ContractFact]
    public async Task Says_what_git_said()
    {
        string head = await Git.Head("main", None);
        await File.WriteAllTextAsync(folder["fleet.git/HEAD"], "broken");

        GitFailedException failure = await Assert.ThrowsAsync<GitFailedException>(() => Commit(head, ("a", "1")));

        Assert.Contains("not a git repository", failure.Message, StringComparison.Ordinal);
    }

    [ContractFact]
    public async Task Opens_an_issue_once_a_key()
    {
        await Git.OpenIssue(new GitIssue("../hostile key", "First", "body"), None);
        await Git.OpenIssue(new GitIssue("../hostile key", "Second", "body"), None);
        await Git.OpenIssue(new GitIssue("other", "Third", "body"), None);

        string[] issues = [.. Directory.GetFiles(folder["fleet.git-records/issues"]).Select(File.ReadAllText)];
        Assert.Equal(2, issues.Length);
        Assert.Single(issues, text => text.Contains("First", StringComparison.Ordinal));
        Assert.Single(issues, text => text.Contains("Third", StringComparison.Ordinal));
    }

    private Task<BareGitHost> Create() => BareGitHost.Create(folder["fleet.git"], folder["template"], clock, None);
}
