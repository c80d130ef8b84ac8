using System.Net;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Reviews.Api;
using LlmOps.Tests.Fakes.GitHub;

namespace LlmOps.Tests.FunctionApp.GitHub;

/// <summary>What becomes of each way in which GitHub can fail to answer.</summary>
public sealed class GitHubAnswersGoWrongTests : IAsyncLifetime
{
    private FakeGitHub? fake;
    private GitHubConnection? connection;

    private IGitReviews Reviews => connection!.Reviews;

    public async Task InitializeAsync()
    {
        fake = await FakeGitHub.Start();
        connection = fake.Connect(fake.Options with { Timeout = Eventually.Patience }, limits: new PaceLimits { BetweenWrites = TimeSpan.Zero, Patience = TimeSpan.FromSeconds(5) });
    }

    public async Task DisposeAsync()
    {
        connection!.Dispose();
        await fake!.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_comment_whose_answer_is_lost_is_not_made_twice(bool carriedOut)
    {
        fake!.Do(new Fault(IsComment) { CarriedOut = carriedOut, HalfWay = true });
        await Reviews.PutComment(new ReviewComment("k", 1, "x"), default);
        Assert.Single(fake.Reviews.Comments);
    }

    [Fact]
    public async Task An_answer_that_is_too_slow_counts_as_lost()
    {
        using GitHubConnection impatient = fake!.Connect(fake.Options with { Timeout = TimeSpan.FromSeconds(2) });
        fake.Do(new Fault(request => request.Method == "GET") { Delay = Eventually.Patience, Answer = (200, "[]", []) });
        Assert.Equal(40, (await impatient.Host.Head("main", default)).Length);
        Assert.InRange(fake.Requests.Count(request => request.Method == "GET"), 2, 4);
    }

    [Fact]
    public async Task Reads_by_graphql_are_tried_again_where_github_breaks_off()
    {
        foreach (Fault fault in new Fault[]
        {
            new(IsQuery) { Answer = (200, """{"data":null,"errors":[{"message":"Something went wrong while executing your query."}]}""", []) },
            new(IsQuery) { Answer = (502, "<html>", []) }, new(IsQuery) { HalfWay = true }, new(IsQuery) { Answer = (200, "<html>", []) },
        })
        {
            fake!.Do(fault);
            Assert.Equal("read me\n", await connection!.Host.Read("README.md", "main", default));
        }
    }

    [Theory]
    [InlineData("""{"data":null,"errors":[{"type":"NOT_FOUND","message":"Could not resolve to a Repository with the name 'acme/fleet'."}]}""", "is not installed on that repository")]
    [InlineData("""{"errors":[{"message":"Field 'x' doesn't exist","extensions":{"code":"undefinedField"}}]}""", "Field 'x' doesn't exist")]
    public async Task Graphql_says_what_is_wrong_once(string body, string told)
    {
        fake!.Do(new Fault(IsQuery) { Answer = (200, body, []) });
        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() => connection!.Host.Read("README.md", "main", default));
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, fake.Requests.Count(IsQuery));
    }

    [Fact]
    public async Task A_limit_of_graphql_that_comes_with_status_200_is_one()
    {
        string reset = $"{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() + 3600}";
        fake!.Do(new Fault(IsQuery)
        {
            Answer = (200, """{"errors":[{"type":"RATE_LIMITED","message":"API rate limit exceeded"}]}""", [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", reset)]),
        });
        GitHubLimitedException limited = await Assert.ThrowsAsync<GitHubLimitedException>(() => connection!.Host.Read("README.md", "main", default));
        Assert.Contains("GitHub's rate limit", limited.Message, StringComparison.Ordinal);
        // The other API's budget is its own.
        Assert.Equal(40, (await connection!.Host.Head("main", default)).Length);
    }

    [Theory]
    [InlineData(403, "Resource not accessible by integration", "The App needs the permission issues=write")]
    [InlineData(404, "Not Found", "lacks the permission")]
    [InlineData(301, "Moved Permanently", "set ControlPlane__GitHubRepository")]
    [InlineData(409, "Git Repository is empty.", "Git Repository is empty.")]
    [InlineData(422, "Validation Failed", "Validation Failed; body is too long")]
    public async Task What_cannot_be_mended_by_waiting_is_told_at_once(int status, string said, string told)
    {
        fake!.Do(new Fault(IsComment) { Answer = (status, $$"""{"message":"{{said}}","errors":[{{(status == 422 ? """{"message":"body is too long"}""" : "")}}]}""", [("x-accepted-github-permissions", "issues=write"), ("x-ratelimit-remaining", "4999")]) });
        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() => Reviews.PutComment(new ReviewComment("k", 1, "x"), default));
        Assert.Equal((HttpStatusCode)status, failure.Status);
        Assert.StartsWith($"GitHub answers {status} to POST repos/acme/fleet/issues/1/comments: ", failure.Message, StringComparison.Ordinal);
        Assert.Contains(told, failure.Message, StringComparison.Ordinal);
        Assert.Equal(1, fake.Requests.Count(IsComment));
    }

    [Fact]
    public async Task A_write_that_a_limit_refused_is_done_after_it()
    {
        fake!.Do(new Fault(IsComment) { Answer = (429, "", [("retry-after", "1")]) });
        await Reviews.PutComment(new ReviewComment("k", 1, "x"), default);
        Assert.Single(fake.Reviews.Comments);
    }

    [Fact]
    public async Task A_repository_out_of_reach_is_no_pull_request_that_is_not_there()
    {
        fake!.Do(new Fault(request => request.ToString() == "GET /repos/acme/fleet") { Answer = (404, """{"message":"Not Found"}""", []) });
        await Assert.ThrowsAsync<GitHubFailedException>(() => Reviews.ReadPullRequest(9, default));
        Assert.Null(await Reviews.ReadPullRequest(9, default));
    }

    [Fact]
    public async Task A_list_of_files_that_github_cuts_is_no_list()
    {
        string head = await connection!.Host.Head("main", default);
        await fake!.Git.Ask("branch", "change", head);
        await fake.Git.Host.Commit(new CommitRequest("change", head, new CommitMessage("Change", "", []), new Dictionary<string, string?> { ["a"] = "1" }), default);
        int number = fake.Reviews.Open("change", "main", "bob", "User", "t", "b", head).Number;
        fake.Do(new Fault(request => request.Path.Contains("/files", StringComparison.Ordinal)) { Answer = (200, "[]", []) });

        GitHubFailedException failure = await Assert.ThrowsAsync<GitHubFailedException>(() => Reviews.ReadPullRequest(number, default));

        Assert.Contains("changes 1 files, of which GitHub lists 0", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("write", "maintain", Permission.Write)]
    [InlineData("read", "triage", Permission.Read)]
    [InlineData("admin", "admin", Permission.Admin)]
    [InlineData("none", "none", Permission.None)]
    public async Task A_role_counts_as_the_one_that_it_is_based_on(string permission, string role, Permission expected)
    {
        fake!.Reviews.People["ann"] = (permission, role);
        Assert.Equal(expected, await Reviews.PermissionOf("ann", default));
        Assert.Equal(Permission.None, await Reviews.PermissionOf("ann/../bob", default));
    }

    private static bool IsQuery(Asked request) => request.Path == "/graphql";

    private static bool IsComment(Asked request) => request.ToString() == "POST /repos/acme/fleet/issues/1/comments";
}
