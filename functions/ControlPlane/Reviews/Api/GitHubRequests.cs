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

    /// <summary>The repository itself: whether it can be seen.</summary>
    public HttpRequestMessage ReadRepository() => Address(HttpMethod.Get, $"repos/{repository}", null);

    /// <summary>The branch's head; with the tag of the last answer, GitHub says 304 for free while it is the same.</summary>
    public HttpRequestMessage ReadHead(string branch, string? etag)
    {
        HttpRequestMessage request = Get($"git/ref/{Uri.EscapeDataString($"heads/{branch}")}");
        if (etag is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", etag);
        }
        return request;
    }

    /// <summary>A file's bytes, of up to 100 MB.</summary>
    public HttpRequestMessage ReadFile(string path, string revision)
    {
        HttpRequestMessage request = Get($"contents/{Uri.EscapeDataString(path)}?ref={Uri.EscapeDataString(revision)}");
        request.Headers.Accept.Clear();
        request.Headers.Add("Accept", "application/vnd.github.raw+json");
        return request;
    }

    public HttpRequestMessage CreateBranch(string branch, string sha) => Send(HttpMethod.Post, "git/refs", new { @ref = $"refs/heads/{branch}", sha });

    /// <summary>Moves a branch on; refused where its head would be lost.</summary>
    public HttpRequestMessage MoveBranch(string branch, string sha) =>
        Send(HttpMethod.Patch, $"git/refs/{Uri.EscapeDataString($"heads/{branch}")}", new { sha, force = false });

    /// <summary>What a head has that a base has not. Files are on the first page only, and nobody needs them.</summary>
    public HttpRequestMessage Compare(string from, string to) => Get($"compare/{Uri.EscapeDataString($"{from}...{to}")}?per_page=1&page=2");

    public HttpRequestMessage ReadCommit(string sha) => Get($"commits/{sha}?per_page=1");

    /// <summary>A page (from 1) of issues and pull requests, the newest first.</summary>
    public HttpRequestMessage ListIssues(int page) =>
        Get(string.Create(CultureInfo.InvariantCulture, $"issues?state=all&sort=created&direction=desc&per_page=100&page={page}"));

    public HttpRequestMessage CreateIssue(GitIssue issue) =>
        Send(HttpMethod.Post, "issues", new { title = PlainText.OneLine(issue.Title, ReviewRules.MostTitle - 1), body = CommentMark.Put(new ReviewComment(issue.Key, 0, issue.Body)) });

    /// <summary>A page of what was delivered to a hook of the repository or, without one, of the App.</summary>
    public HttpRequestMessage ListDeliveries(long? hook, string? cursor) =>
        Hook(HttpMethod.Get, hook, "?per_page=100" + (cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}"));

    /// <summary>Asks for a delivery again; twice is no harm, as events that were heard have no further effect.</summary>
    public HttpRequestMessage Redeliver(long? hook, long delivery)
    {
        HttpRequestMessage request = Hook(HttpMethod.Post, hook, string.Create(CultureInfo.InvariantCulture, $"/{delivery}/attempts"));
        request.Options.Set(GitHubRateLimits.Idempotent, true);
        return request;
    }

    /// <summary>The App that the credential is of.</summary>
    public static HttpRequestMessage ReadApp() => ForApp(Address(HttpMethod.Get, "app", null));

    /// <summary>A token of an installation, for an hour.</summary>
    public static HttpRequestMessage CreateToken(long installation) =>
        ForApp(Address(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"app/installations/{installation}/access_tokens"), null));

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

    private HttpRequestMessage Hook(HttpMethod method, long? hook, string rest) => hook is { } id
        ? Send(method, string.Create(CultureInfo.InvariantCulture, $"hooks/{id}/deliveries{rest}"), null)
        : ForApp(Address(method, $"app/hook/deliveries{rest}", null));

    private HttpRequestMessage Send(HttpMethod method, string path, object? body) => Address(method, $"repos/{repository}/{path}", body);

    private static HttpRequestMessage ForApp(HttpRequestMessage request)
    {
        request.Options.Set(GitHubRateLimits.AsApp, true);
        return request;
    }

    private static HttpRequestMessage Address(HttpMethod method, string path, object? body)
    {
        HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative))
        {
            Content = body is null ? null : JsonContent.Create(body, options: Json),
        };
        request.Headers.Add("Accept", "application/vnd.github+json");
        request.Headers.Add("X-GitHub-Api-Version", "2022-11-28");
        return request;
    }
}
