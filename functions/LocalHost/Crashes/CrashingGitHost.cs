using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>A point after each commit that took place and after each issue.</summary>
internal sealed class CrashingGitHost(IGitHost git, CrashPoints points) : IGitHost
{
    public Task<string> Head(string branch, CancellationToken cancellation) => git.Head(branch, cancellation);

    public Task<string?> Read(string path, string revision, CancellationToken cancellation) => git.Read(path, revision, cancellation);

    public async Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation)
    {
        CommitOutcome outcome = await git.Commit(request, cancellation);
        if (outcome.Committed)
        {
            points.Reached("commit", request.Message.Subject);
        }
        return outcome;
    }

    public Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation) =>
        git.History(branch, count, cancellation);

    public async Task OpenIssue(GitIssue issue, CancellationToken cancellation)
    {
        await git.OpenIssue(issue, cancellation);
        points.Reached("issue", issue.Title);
    }
}
