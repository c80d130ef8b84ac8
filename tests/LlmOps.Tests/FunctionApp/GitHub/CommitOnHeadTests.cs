using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes.GitHub;

namespace LlmOps.Tests.FunctionApp.GitHub;

/// <summary>Commits whose answers go wrong, against a server that really cuts connections.</summary>
public sealed class CommitOnHeadTests : IAsyncLifetime
{
    private readonly GitHubUnderTest github = new();

    private IGitHost Git => github.Connection.Host;

    public Task InitializeAsync() => github.Start();

    public Task DisposeAsync() => github.Stop();

    [Fact]
    public async Task A_rollback_is_one_write()
    {
        string head = await Git.Head("main", default);
        int before = github.Fake.Requests.Count;
        Assert.True((await Commit(head)).Committed);
        Assert.Equal(["POST /graphql"], github.Fake.Requests.Skip(before).Select(request => request.ToString()));
    }

    public static TheoryData<int, bool, bool> Losses() => new()
    {
        { 0, true, false }, { 0, true, true }, { 502, true, false }, { 0, false, false }, { 504, false, false },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task A_lost_answer_makes_no_second_commit(int status, bool carriedOut, bool halfWay)
    {
        string head = await Git.Head("main", default);
        github.Fake.Do(new Fault(IsCommit) { CarriedOut = carriedOut, HalfWay = halfWay, Answer = status == 0 ? null : (status, "<html>", []) });

        CommitOutcome outcome = await Commit(head);

        IReadOnlyList<GitCommit> history = await Git.History("main", 10, default);
        Assert.Equal(2, history.Count);
        Assert.Equal(new CommitOutcome(history[0].Sha, history[0].Sha), outcome);
        Assert.Equal(carriedOut ? 1 : 2, github.Fake.Requests.Count(IsCommit));
    }

    [Fact]
    public async Task A_lost_answer_is_found_behind_what_others_committed_since()
    {
        string head = await Git.Head("main", default);
        github.Fake.Do(new Fault(IsCommit) { CarriedOut = true, Delay = TimeSpan.Zero });
        github.Fake.Do(new Fault(request => request.ToString() == "GET /repos/acme/fleet/git/ref/heads%2Fmain") { Answer = (502, "", []) });
        Task<CommitOutcome> committing = Commit(head);
        await Eventually.True(() => github.Fake.Git.Signed.Count == 1);
        string own = github.Fake.Git.Signed.Keys.Single();
        string after = (await github.Fake.Git.Host.Commit(new CommitRequest("main", own, new CommitMessage("Go on", "", []), new Dictionary<string, string?> { ["b"] = "2" }), default)).Sha!;

        Assert.Equal(own, (await committing).Sha);
        Assert.Equal(after, await Git.Head("main", default));
    }

    [Fact]
    public async Task Somebody_elses_commit_of_the_same_words_is_not_its_own()
    {
        string head = await Git.Head("main", default);
        string theirs = (await github.Fake.Git.Host.Commit(Request(head, "theirs"), default)).Sha!;
        github.Fake.Do(new Fault(IsCommit));

        Assert.Equal(new CommitOutcome(null, theirs), await Commit(head));
    }

    [Fact]
    public async Task A_limit_is_waited_for_and_the_commit_is_made_then()
    {
        string head = await Git.Head("main", default);
        github.Fake.Do(new Fault(IsCommit) { Answer = (403, """{"message":"You have exceeded a secondary rate limit."}""", [("retry-after", "1")]) });
        Assert.True((await Commit(head)).Committed);
        Assert.Equal(2, github.Fake.Requests.Count(IsCommit));
    }

    [Theory]
    [InlineData("UNPROCESSABLE", "Repository rule violations found\n\nChanges must be made through a pull request.", "bypass list")]
    [InlineData("FORBIDDEN", "Resource not accessible by integration", "lacks a permission")]
    public async Task A_commit_that_the_branchs_rules_refuse_says_what_to_do(string type, string said, string advice)
    {
        github.Fake.Git.Refuses = (type, said);
        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(async () => await Commit(await Git.Head("main", default)));
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
        Assert.Contains(said.Split('\n')[0], failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, github.Fake.Requests.Count(IsCommit));
    }

    [Fact]
    public async Task Gives_up_after_four_lost_answers_and_says_why()
    {
        string head = await Git.Head("main", default);
        for (int i = 0; i < 4; i++)
        {
            github.Fake.Do(new Fault(IsCommit) { Answer = (500, """{"message":"Server Error"}""", []) });
        }
        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() => Commit(head));
        Assert.Equal("GitHub answers 500 to the commit on main: Server Error", failure.Message);
        Assert.Single(await Git.History("main", 10, default));
    }

    [Fact]
    public async Task Refuses_what_is_too_large_before_it_is_sent()
    {
        string head = await Git.Head("main", default);
        int before = github.Fake.Requests.Count;
        Dictionary<string, string?> many = Enumerable.Range(0, 301).ToDictionary(i => $"{i}", i => (string?)"");
        await Assert.ThrowsAsync<ArgumentException>(() => Git.Commit(Request(head, "x") with { Files = many }, default));
        await Assert.ThrowsAsync<ArgumentException>(() => Commit(head, new string('x', 10 * 1024 * 1024 + 1)));
        Assert.Equal(before, github.Fake.Requests.Count);
    }

    [Fact]
    public async Task Git_itself_reads_the_trailers()
    {
        string sha = (await Commit(await Git.Head("main", default))).Sha!;
        Assert.Equal("Release: tiny-ops@1.0.0\nIdempotency-Key: k\n", (await github.Fake.Git.Ask("log", "--max-count=1", "--format=%(trailers:only)", sha)).TrimEnd() + "\n");
    }

    private static bool IsCommit(Asked request) => request.Body.Contains("createCommitOnBranch", StringComparison.Ordinal);

    private static CommitRequest Request(string head, string text) => new(
        "main", head, new CommitMessage("Roll back tiny-ops@1.1.0", "Moves the traffic back.", [new("Release", "tiny-ops@1.0.0"), new("Idempotency-Key", "k")]),
        new Dictionary<string, string?> { ["apps/tiny-ops/route.yaml"] = text });

    private Task<CommitOutcome> Commit(string head, string text = "weight: 100\n") => Git.Commit(Request(head, text), default);
}
