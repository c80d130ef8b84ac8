using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>What every host of the GitOps repository must do. The repository starts with the files of <see cref="Template"/>.</summary>
public abstract class GitHostContract
{
    internal static IReadOnlyDictionary<string, string> Template { get; } = new Dictionary<string, string>
    {
        ["README.md"] = "read me\n",
        ["apps/tiny-ops/route.yaml"] = "weight: 0\n",
    };

    protected abstract IGitHost Git { get; }

    protected CancellationToken None => CancellationToken.None;

    [ContractFact]
    public async Task Commits_files_in_one_commit_and_reads_them_back_at_any_revision()
    {
        string before = await Git.Head("main", None);

        CommitOutcome outcome = await Commit(before, ("apps/tiny-ops/route.yaml", "weight: 5\n"), ("apps/new/ünï code.yaml", "é\n"));

        Assert.True(outcome.Committed);
        Assert.Equal(outcome.Sha, await Git.Head("main", None));
        Assert.Equal(outcome.Sha, outcome.Head);
        Assert.Equal("weight: 5\n", await Git.Read("apps/tiny-ops/route.yaml", "main", None));
        Assert.Equal("é\n", await Git.Read("apps/new/ünï code.yaml", outcome.Sha!, None));
        Assert.Equal("weight: 0\n", await Git.Read("apps/tiny-ops/route.yaml", before, None));
        Assert.Null(await Git.Read("apps/new/ünï code.yaml", before, None));
        Assert.Equal(2, (await Git.History("main", 10, None)).Count);
    }

    [ContractFact]
    public async Task Keeps_other_peoples_files_and_deletes_only_what_it_is_told_to()
    {
        await Commit(await Git.Head("main", None), ("apps/tiny-ops/route.yaml", null), ("never/was.yaml", null), ("new.yaml", ""));

        Assert.Null(await Git.Read("apps/tiny-ops/route.yaml", "main", None));
        Assert.Equal("", await Git.Read("new.yaml", "main", None));
        Assert.Equal("read me\n", await Git.Read("README.md", "main", None));
    }

    [ContractFact]
    public async Task Reads_null_for_what_is_no_file_and_throws_for_what_is_no_revision()
    {
        Assert.Null(await Git.Read("apps", "main", None));
        Assert.Null(await Git.Read("apps/nothing", "main", None));
        await Assert.ThrowsAnyAsync<Exception>(() => Git.Read("README.md", "no-branch", None));
        await Assert.ThrowsAnyAsync<Exception>(() => Git.Head("no-branch", None));
    }

    [ContractFact]
    public async Task Refuses_a_commit_on_any_other_head_and_says_which_it_found()
    {
        string first = await Git.Head("main", None);
        string second = (await Commit(first, ("a", "1"))).Sha!;

        Assert.Equal(new CommitOutcome(null, second), await Commit(first, ("a", "2")));
        Assert.Equal(new CommitOutcome(null, second), await Commit(new string('a', 40), ("a", "2")));
        Assert.Equal("1", await Git.Read("a", "main", None));
        Assert.Equal(2, (await Git.History("main", 10, None)).Count);
    }

    [ContractFact]
    public async Task Takes_each_of_ten_racing_commits_exactly_once_when_they_retry()
    {
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Task.Run(async () =>
        {
            string head = await Git.Head("main", None);
            while (await Commit(head, ($"race/{i}", $"{i}")) is { Committed: false } lost)
            {
                head = lost.Head;
            }
        })));

        IReadOnlyList<GitCommit> history = await Git.History("main", 100, None);
        Assert.Equal(11, history.Count);
        Assert.All(Enumerable.Range(0, 10), i => Assert.Single(history, commit => commit.Subject == $"Change race/{i}"));
        Assert.All(Enumerable.Range(0, 10), i => Assert.Equal($"{i}", Git.Read($"race/{i}", "main", None).Result));
    }

    [ContractFact]
    public async Task Brings_back_subject_and_trailers_whatever_the_body_says()
    {
        string[] bodies =
        [
            "", "One line.", "Title: not a trailer\n\nRelease: neither\n", "---\na diff\n---\n", "# a comment\n\n# another",
            "Ünïcödé 🚀\n\nwith \u001f and \u001e and\ttabs", "ends with lines\n\n\n\n", "tree 123\nauthor me\n\ncommit x", "%H %x00 %B",
        ];
        foreach (string body in bodies)
        {
            CommitMessage message = new("Roll back tiny-ops: p95 > 500 ms", body,
                [new("Release", "tiny-ops@1.0.0"), new("Reason", "a: b = c, 5 % \"quoted\" – é"), new("Step", "1"), new("Step", "2")]);
            await Git.Commit(new("main", await Git.Head("main", None), message, new Dictionary<string, string?> { ["a"] = body }), None);

            GitCommit commit = Assert.Single(await Git.History("main", 1, None));
            Assert.Equal(message.Subject, commit.Subject);
            Assert.Equal("tiny-ops@1.0.0", commit.Trailers["Release"]);
            Assert.Equal("a: b = c, 5 % \"quoted\" – é", commit.Trailers["Reason"]);
            Assert.Equal("2", commit.Trailers["Step"]);
            Assert.Equal(3, commit.Trailers.Count);
        }
    }

    [ContractFact]
    public async Task Shows_the_newest_commits_first()
    {
        foreach (string name in new[] { "a", "b", "c" })
        {
            await Commit(await Git.Head("main", None), (name, name));
        }

        IReadOnlyList<GitCommit> history = await Git.History("main", 2, None);

        Assert.Equal(["Change c", "Change b"], history.Select(commit => commit.Subject));
        Assert.Equal(await Git.Head("main", None), history[0].Sha);
        Assert.Empty(await Git.History("main", 0, None));
    }

    [ContractFact]
    public async Task Refuses_paths_that_lead_elsewhere()
    {
        string head = await Git.Head("main", None);
        string[] paths =
        [
            "", "/etc/passwd", "../x", "a/../b", "a//b", "a/", ".git/config", "a/.GIT/x", "a\nD README.md", "\"a\"", ".",
        ];
        foreach (string path in paths)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Commit(head, (path, "x")));
            await Assert.ThrowsAsync<ArgumentException>(() => Git.Read(path, "main", None));
        }
        Assert.Equal(head, await Git.Head("main", None));
    }

    [ContractFact]
    public async Task Refuses_what_would_read_back_as_another_message()
    {
        string head = await Git.Head("main", None);
        CommitMessage[] messages =
        [
            new("", "", []), new("two\nlines", "", []), new("s", "nul\0", []), new("s", "", [new("Key", "v\nRelease: forged")]),
            new("s", "", [new("Not a key", "v")]), new("s", "", [new("", "v")]),
        ];
        foreach (CommitMessage message in messages)
        {
            await Assert.ThrowsAsync<ArgumentException>(() =>
                Git.Commit(new("main", head, message, new Dictionary<string, string?> { ["a"] = "x" }), None));
        }
        await Assert.ThrowsAsync<ArgumentException>(() => Git.Head("--help", None));
        await Assert.ThrowsAsync<ArgumentException>(() => Git.Head("a..b", None));
    }

    protected Task<CommitOutcome> Commit(string expectedHead, params (string Path, string? Text)[] files) =>
        Git.Commit(new CommitRequest("main", expectedHead, new CommitMessage($"Change {files[0].Path}", "", []),
            files.ToDictionary(file => file.Path, file => file.Text)), None);
}
