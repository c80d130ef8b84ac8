using LlmOps.Ports;

namespace LlmOps.Tests.Contracts;

/// <summary>What every host of reviews must do. The repository starts with the files of <see cref="GitHostContract.Template"/>.</summary>
public abstract class GitReviewsContract
{
    protected abstract IGitHost Git { get; }

    protected abstract IGitReviews Reviews { get; }

    protected CancellationToken None => CancellationToken.None;

    /// <summary>Merges a pull request as one commit that keeps its message.</summary>
    protected abstract Task Merge(int number);

    protected abstract Task Close(int number);

    /// <summary>Opens a person's pull request that changes a file.</summary>
    protected abstract Task<int> Propose(string author, string text, string path, string? content);

    protected abstract Task Grant(string login, Permission permission);

    /// <summary>The checks and comments that stand, as people see them.</summary>
    protected abstract Task<(IReadOnlyList<CheckRun> Checks, IReadOnlyList<ReviewComment> Comments)> Shown();

    [ContractFact]
    public async Task Opens_a_pull_request_once_a_key()
    {
        PullRequest first = await Open("tiny-ops@1.0.0/stage");
        PullRequest again = await Open("tiny-ops@1.0.0/stage");
        PullRequest other = await Open("../hostile key\n");

        Assert.Equal(first.Number, again.Number);
        Assert.Equal(first.HeadSha, again.HeadSha);
        Assert.NotEqual(first.Number, other.Number);
        Assert.Equal("tiny-ops@1.0.0/stage", first.Key);
        Assert.Equal(PullRequestState.Open, first.State);
        Assert.Equal(await Git.Head("main", None), first.BaseSha);
        Assert.Equal("main", first.BaseBranch);
        Assert.Equal(["apps/tiny-ops/route.yaml"], first.ChangedPaths);
        Assert.Contains("Idempotency-Key: tiny-ops@1.0.0/stage", first.Text, StringComparison.Ordinal);
        Assert.Equal("weight: 5\n", await Git.Read("apps/tiny-ops/route.yaml", first.HeadSha, None));
        Assert.Equal("weight: 0\n", await Git.Read("apps/tiny-ops/route.yaml", "main", None));
    }

    [ContractFact]
    public async Task Opens_one_pull_request_for_ten_that_race()
    {
        PullRequest[] opened = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => Open("one key"))));

        Assert.Single(opened.Select(pull => pull.Number).Distinct());
        Assert.Null(await Reviews.ReadPullRequest(2, None));
    }

    [ContractFact]
    public async Task Keeps_the_trailers_when_it_is_merged()
    {
        PullRequest pull = await Open("a key");
        await Merge(pull.Number);

        Assert.Equal(PullRequestState.Merged, (await Reviews.ReadPullRequest(pull.Number, None))!.State);
        Assert.Equal(PullRequestState.Merged, (await Open("a key")).State);
        Assert.Equal("a key", (await Git.History("main", 1, None))[0].Trailers["Idempotency-Key"]);
        Assert.Equal("weight: 5\n", await Git.Read("apps/tiny-ops/route.yaml", "main", None));
    }

    [ContractFact]
    public async Task Opens_none_again_that_was_closed()
    {
        PullRequest pull = await Open("a key");
        await Close(pull.Number);

        Assert.Equal(PullRequestState.Closed, (await Open("a key")).State);
        Assert.Equal(pull.Number, (await Open("a key")).Number);
    }

    [ContractFact]
    public async Task Reads_a_persons_pull_request_with_what_it_deletes()
    {
        int number = await Propose("bob", "Remove the route\n\nNobody needs it.", "apps/tiny-ops/route.yaml", null);

        PullRequest pull = (await Reviews.ReadPullRequest(number, None))!;

        Assert.Equal("bob", pull.Author);
        Assert.Null(pull.Key);
        Assert.Equal(["apps/tiny-ops/route.yaml"], pull.ChangedPaths);
        Assert.Contains("Nobody needs it.", pull.Text, StringComparison.Ordinal);
        Assert.Null(await Git.Read("apps/tiny-ops/route.yaml", pull.HeadSha, None));
        Assert.NotNull(await Git.Read("apps/tiny-ops/route.yaml", pull.BaseSha, None));
    }

    [ContractFact]
    public async Task Knows_no_pull_request_that_is_not_there()
    {
        foreach (int number in new[] { 1, 0, -1, int.MaxValue })
        {
            Assert.Null(await Reviews.ReadPullRequest(number, None));
        }
    }

    [ContractFact]
    public async Task Counts_a_pull_requests_changes_from_where_it_began()
    {
        int number = await Propose("bob", "Change the text", "README.md", "read this\n");
        await Git.Commit(new CommitRequest("main", await Git.Head("main", None), new CommitMessage("Go on", "", []), new Dictionary<string, string?> { ["later"] = "x" }), None);

        PullRequest pull = (await Reviews.ReadPullRequest(number, None))!;

        Assert.Equal(["README.md"], pull.ChangedPaths);
        Assert.NotEqual(await Git.Head("main", None), pull.BaseSha);
    }

    [ContractFact]
    public async Task Replaces_a_check_of_the_same_name_on_the_same_commit()
    {
        string sha = await Git.Head("main", None);
        await Reviews.PutCheckRun(Check("llmops/tiny-ops", sha, Conclusion.Failure), None);
        await Reviews.PutCheckRun(Check("llmops/tiny-ops", sha, Conclusion.Success), None);
        await Reviews.PutCheckRun(Check("llmops/other", sha, Conclusion.Neutral), None);

        IReadOnlyList<CheckRun> checks = (await Shown()).Checks;

        Assert.Equal(2, checks.Count);
        CheckRun check = Assert.Single(checks, check => check.Name == "llmops/tiny-ops");
        Assert.Equal(Conclusion.Success, check.Conclusion);
        Assert.Equal("#1", check.Reference);
        Assert.Equal("approve", Assert.Single(check.Actions).Identifier);
    }

    [ContractFact]
    public async Task Refuses_checks_and_comments_that_github_would_refuse()
    {
        string sha = await Git.Head("main", None);
        CheckRun good = Check("llmops/tiny-ops", sha, Conclusion.Success);
        CheckRun[] bad =
        [
            good with { Summary = new string('x', 65_536) }, good with { Summary = "" }, good with { Title = "two\nlines" }, good with { Sha = "main" },
            good with { Name = "" }, good with { Actions = [.. Enumerable.Repeat(good.Actions[0], 4)] },
            good with { Actions = [new CheckAction(new string('x', 21), "d", "i")] }, good with { Details = new Uri("javascript:alert(1)") },
        ];
        foreach (CheckRun check in bad)
        {
            await Assert.ThrowsAsync<ArgumentException>(() => Reviews.PutCheckRun(check, None));
        }
        await Reviews.PutCheckRun(good with { Summary = new string('x', 65_535) }, None);
        await Assert.ThrowsAsync<ArgumentException>(() => Reviews.PutComment(new ReviewComment("k", 1, ""), None));
        await Assert.ThrowsAsync<ArgumentException>(() => Reviews.PutComment(new ReviewComment("k", 1, new string('x', 65_537)), None));
    }

    [ContractFact]
    public async Task Comments_once_a_key()
    {
        PullRequest pull = await Open("a key");
        await Task.WhenAll(Enumerable.Range(0, 5).Select(i => Reviews.PutComment(new ReviewComment("comment/1", pull.Number, $"{i}"), None)));
        await Reviews.PutComment(new ReviewComment("comment/2", pull.Number, "other"), None);

        Assert.Equal(2, (await Shown()).Comments.Count);
    }

    [ContractFact]
    public async Task Gives_nobody_a_permission_who_was_given_none()
    {
        Assert.Equal(Permission.None, await Reviews.PermissionOf("ann", None));
        await Grant("ann", Permission.Write);
        await Grant("bob", Permission.Read);

        Assert.Equal(Permission.Write, await Reviews.PermissionOf("ann", None));
        Assert.Equal(Permission.Write, await Reviews.PermissionOf("Ann", None));
        Assert.Equal(Permission.Read, await Reviews.PermissionOf("bob", None));
        Assert.Equal(Permission.None, await Reviews.PermissionOf("../ann", None));
    }

    private async Task<PullRequest> Open(string key)
    {
        string line = key.Trim().Replace("\n", " ", StringComparison.Ordinal);
        return await Reviews.OpenPullRequest(
            new PullRequestDraft(
                key, "main", await Git.Head("main", None), new CommitMessage("Stage it", "Without traffic.", [new("Idempotency-Key", line)]),
                new Dictionary<string, string?> { ["apps/tiny-ops/route.yaml"] = "weight: 5\n" }),
            None);
    }

    private static CheckRun Check(string name, string sha, Conclusion conclusion) =>
        new(name, sha, conclusion, "a title", "# a summary", "#1") { Actions = [new CheckAction("Approve", "Let it go on", "approve")], Details = new Uri("https://example.test/x") };
}
