using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>A repository on GitHub, as the App's installation sees it.</summary>
internal sealed class GitHubGitHost(GitHubApi api, GitHubRequests requests, GitHubHistory history, GitHubFiles files, CommitOnHead commits, MakeOnce once) : IGitHost
{
    // Escalations are tried again soon: the one that is looked for is among the newest.
    private const int PagesOfIssues = 3;

    public Task<string> Head(string branch, CancellationToken cancellation)
    {
        GitRules.CheckBranch(branch);
        return history.Head(branch, cancellation);
    }

    public Task<string?> Read(string path, string revision, CancellationToken cancellation)
    {
        GitRules.CheckPath(path);
        GitRules.CheckBranch(revision);
        return files.Read(path, revision, cancellation);
    }

    public Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation) => commits.Make(request, cancellation);

    public async Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation)
    {
        GitRules.CheckBranch(branch);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return count == 0 ? [] : [.. (await history.Newest(branch, count, cancellation)).Select(found => found.Commit)];
    }

    public Task OpenIssue(GitIssue issue, CancellationToken cancellation) => once.Make(
        () => api.FindMarked(page => page <= PagesOfIssues ? requests.ListIssues(page) : null, issue.Key, cancellation),
        () => api.Ask(requests.CreateIssue(issue), cancellation), cancellation);
}
