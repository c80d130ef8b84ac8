using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.Ports;
using LlmOps.Tests.Fakes.GitHub;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>
/// Every request that the adapter sends to the fake, judged by what GitHub publishes: those to the REST API by its OpenAPI
/// document, those to the GraphQL API by its schema. The fake's answers are its own, and are not judged.
/// </summary>
public sealed class GitHubTakesTheseRequests
{
    // Each operation of the REST API that is used at all; one more needs its path in cut.mjs.
    private const int Operations = 24;

    [RequiresFact(Tool.GitHubSchemas)]
    public async Task Every_request_is_one_that_github_publishes()
    {
        await using FakeGitHub fake = await FakeGitHub.Start();
        await using Prism prism = await Prism.MockOfGitHub();
        using Judge judge = new(prism.Url);
        using GitHubConnection connection = fake.Connect(wire: judge);
        await UseAll(fake, connection);
        using GitHubConnection hooked = fake.Connect(fake.Options with { HookId = 3 }, judge);
        await hooked.Deliveries.ListSince(DateTimeOffset.UnixEpoch, default);
        await hooked.Deliveries.Redeliver(3, default);

        Assert.Empty(judge.Violations);
        Assert.Equal(Operations, judge.Operations.Distinct().Count());
        Assert.All(await judge.JudgeQueries(), Assert.Empty);
        Assert.Equal(4, judge.Queries.Select(query => query.GetProperty("query").GetString()!.Split('(')[0] + query.GetProperty("query").GetString()!.Length).Distinct().Count());

        await AssertThatItJudges(fake.Url, judge);
    }

    private static async Task UseAll(FakeGitHub fake, GitHubConnection connection)
    {
        (IGitHost git, IGitReviews reviews) = (connection.Host, connection.Reviews);
        fake.Git.MostText = 5;
        fake.Reviews.People["ann"] = ("write", "maintain");
        fake.Reviews.Pages.AddRange([[Delivery(2)], [Delivery(1)]]);
        string head = await git.Head("main", default);
        Assert.Equal("read me\n", await git.Read("README.md", head, default));
        CommitMessage message = new("Roll back", "Why.", [new("Idempotency-Key", "a key")]);
        Assert.True((await git.Commit(new CommitRequest("main", head, message, new Dictionary<string, string?> { ["a"] = "1", ["README.md"] = null, ["apps/tiny-ops/route.yaml"] = null }), default)).Committed);
        Assert.Equal(2, (await git.History("main", 100, default)).Count);
        await git.OpenIssue(new GitIssue("k", "A title", "A body"), default);
        await fake.Git.Ask("branch", ProposalBranch.Of("a key"), head);
        PullRequest pull = await reviews.OpenPullRequest(
            new PullRequestDraft("a key", "main", await git.Head("main", default), message, new Dictionary<string, string?> { ["b/c d.yaml"] = "2" }), default);
        Assert.Equal("a key", pull.Key);
        Assert.Null(await reviews.ReadPullRequest(99, default));
        CheckRun check = new("llmops/tiny-ops", pull.HeadSha, Conclusion.ActionRequired, "title", "summary", "#1")
        {
            Details = new Uri("https://llmops.example/report"), Actions = [new CheckAction("Approve", "Let it go on", "approve")],
        };
        await reviews.PutCheckRun(check, default);
        await reviews.PutCheckRun(check with { Details = null, Actions = [], Conclusion = Conclusion.Success }, default);
        await reviews.PutComment(new ReviewComment("k", pull.Number, "A comment"), default);
        Assert.Equal(Permission.Write, await reviews.PermissionOf("ann", default));
        Assert.Equal(2, (await connection.Deliveries.ListSince(DateTimeOffset.UnixEpoch, default)).Count);
        await connection.Deliveries.Redeliver(2, default);
    }

    // A judge that finds nothing must be shown to find something.
    private static async Task AssertThatItJudges(Uri url, Judge judge)
    {
        using HttpClient http = new(judge, disposeHandler: false) { BaseAddress = url };
        string body = """{"name":1,"head_sha":"x","conclusion":"perhaps"}""";
        (await http.PostAsync("repos/acme/fleet/check-runs", new StringContent(body, Encoding.UTF8, "application/json"))).Dispose();
        (await http.GetAsync("repos/acme/fleet/check-rums")).Dispose();
        Assert.Equal(2, judge.Violations.Count);
        judge.Queries.Enqueue(JsonElement.Parse("""{"query":"query($x: String!) { repository(owner: $x) { nothing } }","variables":{"y":1}}"""));
        Assert.True((await judge.JudgeQueries())[^1].Length >= 3);
    }

    private static object Delivery(long id) =>
        new { id, guid = $"guid-{id}", delivered_at = "2026-08-22T10:00:00Z", redelivery = false, duration = 0.1, status = "OK", status_code = 200, @event = "push" };

    /// <summary>Shows each request to the mock too, and keeps what that says of it, and the queries.</summary>
    private sealed class Judge(Uri mock) : DelegatingHandler(new SocketsHttpHandler { AllowAutoRedirect = false })
    {
        public ConcurrentQueue<string> Violations { get; } = new();

        public ConcurrentQueue<string> Operations { get; } = new();

        public ConcurrentQueue<JsonElement> Queries { get; } = new();

        public async Task<string[][]> JudgeQueries()
        {
            string script = LlmOps.Tests.Repository.At("tests", "LlmOps.Tests", "Interop", "GitHub", "graphql.mjs");
            (int exitCode, string output) = await Command.Run("node", [script], JsonSerializer.Serialize(Queries));
            Assert.True(exitCode == 0, output);
            return JsonSerializer.Deserialize<string[][]>(output)!;
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
            if (request.RequestUri!.AbsolutePath == "/graphql")
            {
                Queries.Enqueue(JsonElement.Parse(body));
            }
            else
            {
                await JudgeRest(request, body, cancellationToken);
            }
            return await base.SendAsync(request, cancellationToken);
        }

        private async Task JudgeRest(HttpRequestMessage request, string body, CancellationToken cancellation)
        {
            string[] path = request.RequestUri!.AbsolutePath.Split('/');
            Operations.Enqueue($"{request.Method} {string.Join('/', path.Where(part => part.Length < 40 && !part.Any(c => char.IsAsciiDigit(c) || c is '%' or '.')))}");
            using HttpRequestMessage copy = new(request.Method, new Uri(mock, request.RequestUri.PathAndQuery));
            if (body.Length > 0)
            {
                copy.Content = new StringContent(body, Encoding.UTF8, "application/json");
            }
            using HttpResponseMessage said = await base.SendAsync(copy, cancellation);
            string words = await said.Content.ReadAsStringAsync(cancellation);
            // To what fits the document it answers with GitHub's example of a success.
            if (!said.IsSuccessStatusCode)
            {
                Violations.Enqueue($"{request.Method} {request.RequestUri}: {(int)said.StatusCode} {words}");
            }
        }
    }
}
