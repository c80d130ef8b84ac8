using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.ControlPlane.Reviews.Api;

public sealed class GitHubRequestsTests
{
    private static readonly string Sha = new('a', 40);
    private readonly GitHubRequests requests = new("acme/fleet");

    private static CheckRun Check => new("llmops/tiny-ops", Sha, Conclusion.ActionRequired, "its gates cannot tell", "# report", "tiny-ops@1.1.0")
    {
        Details = new Uri("https://llmops.example/report"),
        Actions = [new CheckAction("Approve", "Give it its traffic all the same", "approve")],
    };

    [Fact]
    public async Task A_check_is_created_as_completed()
    {
        HttpRequestMessage request = requests.CreateCheck(Check);
        Assert.Equal((HttpMethod.Post, "repos/acme/fleet/check-runs"), (request.Method, request.RequestUri!.ToString()));
        Assert.Equal(
            $$"""{"name":"llmops/tiny-ops","head_sha":"{{Sha}}","status":"completed","conclusion":"action_required","external_id":"tiny-ops@1.1.0","details_url":"https://llmops.example/report","output":{"title":"its gates cannot tell","summary":"# report"},"actions":[{"label":"Approve","description":"Give it its traffic all the same","identifier":"approve"}]}""",
            await request.Content!.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_check_that_is_there_is_replaced_and_may_be_replaced_again()
    {
        HttpRequestMessage request = requests.UpdateCheck(7, Check with { Details = null });
        Assert.Equal((HttpMethod.Patch, "repos/acme/fleet/check-runs/7"), (request.Method, request.RequestUri!.ToString()));
        Assert.DoesNotContain("head_sha", await request.Content!.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.True(request.Options.TryGetValue(GitHubRateLimits.Idempotent, out bool marked) && marked);
        Assert.Equal($"repos/acme/fleet/commits/{Sha}/check-runs?filter=latest&check_name=llmops%2Ftiny-ops", requests.FindCheck(Check).RequestUri!.ToString());
        JsonElement found = JsonElement.Parse("""{"total_count":2,"check_runs":[{"id":5,"app":{"id":1}},{"id":6,"app":{"id":2}}]}""");
        Assert.Equal(6, GitHubAnswers.CheckId(found, 2));
        Assert.Null(GitHubAnswers.CheckId(found, 3));
    }

    [Fact]
    public async Task A_comment_is_found_again_by_its_mark_when_a_bot_wrote_it()
    {
        ReviewComment comment = new("comment/7", 5, new string('x', ReviewRules.MostText));
        string body = JsonElement.Parse(await requests.CreateComment(comment).Content!.ReadAsStringAsync()).GetProperty("body").GetString()!;
        Assert.InRange(body.Length, 1, ReviewRules.MostText);
        Assert.True(GitHubAnswers.HasComment(Page(body, "Bot"), "comment/7"));
        Assert.False(GitHubAnswers.HasComment(Page(body, "User"), "comment/7"));
        Assert.False(GitHubAnswers.HasComment(Page(body, "Bot"), "comment/8"));
    }

    [Fact]
    public async Task A_pull_request_carries_the_trailers_in_its_text()
    {
        PullRequestDraft draft = new(
            "k", "main", Sha, new CommitMessage("Stage it", "Without traffic.", [new("Idempotency-Key", "k")]), new Dictionary<string, string?> { ["a"] = "1" });
        Assert.Equal(
            """{"title":"Stage it","head":"llmops/x","base":"main","body":"Without traffic.\n\nIdempotency-Key: k\n","maintainer_can_modify":false}""",
            await requests.OpenPullRequest(draft, "llmops/x").Content!.ReadAsStringAsync());
        Assert.Equal("repos/acme/fleet/pulls?state=all&head=acme%3Allmops%2Fx", requests.FindPullRequests("llmops/x").RequestUri!.ToString());
    }

    [Theory]
    [InlineData("admin", Permission.Admin)]
    [InlineData("write", Permission.Write)]
    [InlineData("read", Permission.Read)]
    [InlineData("none", Permission.None)]
    [InlineData("owner-of-everything", Permission.None)]
    public void A_role_that_is_not_known_gives_no_permission(string role, Permission permission)
    {
        Assert.Equal(permission, GitHubAnswers.Permission(JsonElement.Parse($$"""{"permission":"{{role}}","role_name":"x"}""")));
        Assert.Equal("repos/acme/fleet/collaborators/..%2Fann/permission", requests.ReadPermission("../ann").RequestUri!.ToString());
    }

    [Fact]
    public void Deliveries_and_files_are_read()
    {
        JsonElement deliveries = JsonElement.Parse("""[{"id":12345678901,"guid":"g","delivered_at":"2026-08-22T10:00:00Z","redelivery":false,"status":"OK","status_code":502,"event":"push"}]""");
        Assert.Equal(new HookDelivery(12345678901, "g", new DateTimeOffset(2026, 8, 22, 10, 0, 0, TimeSpan.Zero), 502), Assert.Single(GitHubAnswers.Deliveries(deliveries)));
        JsonElement files = JsonElement.Parse("""[{"filename":"b","previous_filename":"a"},{"filename":"c"}]""");
        Assert.Equal(["a", "b", "c"], GitHubAnswers.Paths(files));
        Assert.Equal("repos/acme/fleet/hooks/3/deliveries/4/attempts", requests.Redeliver(3, 4).RequestUri!.ToString());
    }

    [Needs(Tool.GitHubPayloads)]
    public sealed class Recorded
    {
        [ContractFact]
        public void A_recorded_pull_request_is_read()
        {
            JsonElement events = JsonElement.Parse(File.ReadAllText(Path.Combine(Tools.GitHubPayloadFolder, "api.github.com/index.json")));
            JsonElement pull = events.EnumerateArray().Single(one => one.GetProperty("name").GetString() == "pull_request")
                .GetProperty("examples").EnumerateArray().First().GetProperty("pull_request");
            PullRequest read = GitHubAnswers.PullRequest(pull, Sha, ["a"], null);
            Assert.Equal((2, PullRequestState.Open, "Codertocat", "master"), (read.Number, read.State, read.Author, read.BaseBranch));
            Assert.StartsWith("Update the README with new information.\n\nThis is a pretty simple change", read.Text, StringComparison.Ordinal);
        }
    }

    private static JsonElement Page(string body, string type) => JsonSerializer.SerializeToElement(new[] { new { body = "other", user = new { type = "User" } }, new { body, user = new { type } } });
}
