using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmOps.Ports;

namespace LlmOps.Reviews.Api;

/// <summary>
/// What is asked of GitHub's REST API (version 2022-11-28) for one repository, as `owner/name`. An adapter adds the
/// credential and the address, and sends it through <see cref="GitHubRateLimits"/>.
/// </summary>
public sealed class GitHubRequests(string repository)
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The check of a name on a commit, if it is there: <see cref="GitHubAnswers.CheckId"/> reads its id.</summary>
    public HttpRequestMessage FindCheck(CheckRun check) =>
        Get($"commits/{check.Sha}/check-runs?filter=latest&check_name={Uri.EscapeDataString(check.Name)}");

    public HttpRequestMessage CreateCheck(CheckRun check) => Send(HttpMethod.Post, "check-runs", Body(check, check.Sha));

    /// <summary>Replaces a check; done twice it is the same.</summary>
    public HttpRequestMessage UpdateCheck(long id, CheckRun check)
    {
        HttpRequestMessage request = Send(HttpMethod.Patch, string.Create(CultureInfo.InvariantCulture, $"check-runs/{id}"), Body(check, null));
        request.Options.Set(GitHubRateLimits.Idempotent, true);
        return request;
    }

    /// <summary>A page (from 1) of a thread's comments: <see cref="GitHubAnswers.HasComment"/> looks for one among them.</summary>
    public HttpRequestMessage ListComments(int number, int page) =>
        Get(string.Create(CultureInfo.InvariantCulture, $"issues/{number}/comments?per_page=100&page={page}"));

    public HttpRequestMessage CreateComment(ReviewComment comment) =>
        Send(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"issues/{comment.Number}/comments"), new { body = CommentMark.Put(comment) });

    public HttpRequestMessage ReadPermission(string login) => Get($"collaborators/{Uri.EscapeDataString(login)}/permission");

    /// <summary>Opens a pull request for a branch that holds the draft's commit.</summary>
    public HttpRequestMessage OpenPullRequest(PullRequestDraft draft, string branch) => Send(
        HttpMethod.Post, "pulls",
        new { title = draft.Message.Subject, head = branch, @base = draft.BaseBranch, body = (draft.Message with { Subject = "" }).ToString(), maintainer_can_modify = false });

    /// <summary>The pull requests that were ever opened for a branch of this repository.</summary>
    public HttpRequestMessage FindPullRequests(string branch) =>
        Get($"pulls?state=all&head={Uri.EscapeDataString($"{repository.Split('/')[0]}:{branch}")}");

    public HttpRequestMessage ReadPullRequest(int number) => Get(string.Create(CultureInfo.InvariantCulture, $"pulls/{number}"));

    /// <summary>A page (from 1) of a pull request's files.</summary>
    public HttpRequestMessage ListFiles(int number, int page) =>
        Get(string.Create(CultureInfo.InvariantCulture, $"pulls/{number}/files?per_page=100&page={page}"));

    public HttpRequestMessage ListDeliveries(long hook, string? cursor) => Get(
        string.Create(CultureInfo.InvariantCulture, $"hooks/{hook}/deliveries?per_page=100") + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));

    public HttpRequestMessage Redeliver(long hook, long delivery) =>
        Send(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"hooks/{hook}/deliveries/{delivery}/attempts"), null);

    private static object Body(CheckRun check, string? sha) => new
    {
        name = check.Name,
        head_sha = sha,
        status = "completed",
        conclusion = check.Conclusion switch
        {
            Conclusion.Success => "success",
            Conclusion.Neutral => "neutral",
            Conclusion.ActionRequired => "action_required",
            _ => "failure",
        },
        external_id = check.Reference,
        details_url = check.Details?.ToString(),
        output = new { title = check.Title, summary = check.Summary },
        actions = check.Actions.Select(action => new { label = action.Label, description = action.Description, identifier = action.Identifier }),
    };

    private HttpRequestMessage Get(string path) => Send(HttpMethod.Get, path, null);

    private HttpRequestMessage Send(HttpMethod method, string path, object? body)
    {
        HttpRequestMessage request = new(method, new Uri($"repos/{repository}/{path}", UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body, options: Json),
        };
        request.Headers.Add("Accept", "application/vnd.github+json");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return request;
    }
}
