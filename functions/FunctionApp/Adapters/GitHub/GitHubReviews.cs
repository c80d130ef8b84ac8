using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Pull requests, checks, comments and permissions on GitHub, as the App's installation sees and puts them.</summary>
internal sealed partial class GitHubReviews(
    GitHubApi api, GitHubRequests requests, ReadPullRequests pulls, ProposalBranch branches, MakeOnce once, GitHubOptions options) : IGitReviews
{
    public async Task<PullRequest> OpenPullRequest(PullRequestDraft draft, CancellationToken cancellation)
    {
        ReviewRules.Check(draft);
        GitRules.CheckBranch(draft.BaseBranch);
        GitRules.CheckMessage(draft.Message);
        string branch = ProposalBranch.Of(draft.Key);
        JsonElement pull = await once.Make(() => FindPullRequest(branch, cancellation), () => Open(branch, draft, cancellation), cancellation);
        int number = pull.GetProperty("number").GetInt32();
        return await pulls.Read(number, draft.Key, cancellation)
            ?? throw new GitHubFailedException(string.Create(CultureInfo.InvariantCulture, $"GitHub does not show pull request #{number}, which it just named"));
    }

    public Task<PullRequest?> ReadPullRequest(int number, CancellationToken cancellation) => pulls.Read(number, opened: null, cancellation);

    public Task PutCheckRun(CheckRun check, CancellationToken cancellation)
    {
        ReviewRules.Check(check);
        return once.Make(
            async () => GitHubAnswers.CheckId(await api.Ask(requests.FindCheck(check), cancellation), options.AppId) is { } id
                ? await api.Ask(requests.UpdateCheck(id, check), cancellation)
                : null,
            () => api.Ask(requests.CreateCheck(check), cancellation), cancellation);
    }

    public Task PutComment(ReviewComment comment, CancellationToken cancellation)
    {
        ReviewRules.Check(comment);
        return once.Make(
            () => api.FindMarked(page => requests.ListComments(comment.Number, page), comment.Key, cancellation),
            () => api.Ask(requests.CreateComment(comment), cancellation), cancellation);
    }

    public async Task<Permission> PermissionOf(string login, CancellationToken cancellation) =>
        Login().IsMatch(login) && await api.Find(requests.ReadPermission(login), cancellation) is { } answer ? GitHubAnswers.Permission(answer) : Permission.None;

    private async Task<JsonElement> Open(string branch, PullRequestDraft draft, CancellationToken cancellation)
    {
        await branches.Make(branch, draft, cancellation);
        return await api.Ask(requests.OpenPullRequest(draft, branch), cancellation);
    }

    // Of those for a branch the newest counts, which is the first one.
    private async Task<JsonElement?> FindPullRequest(string branch, CancellationToken cancellation)
    {
        JsonElement found = await api.Ask(requests.FindPullRequests(branch), cancellation);
        return found.GetArrayLength() > 0 ? found[0] : null;
    }

    // With the endings of bots and of managed users.
    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9-]{0,99}(_[A-Za-z0-9]+)?(\[bot\])?\z")]
    private static partial Regex Login();
}
