using LlmOps.Ports;

namespace LlmOps.LocalHost.Crashes;

/// <summary>A point after each pull request that was opened or found, each check and each comment.</summary>
internal sealed class CrashingReviews(IGitReviews reviews, CrashPoints points) : IGitReviews
{
    public async Task<PullRequest> OpenPullRequest(PullRequestDraft draft, CancellationToken cancellation)
    {
        PullRequest pull = await reviews.OpenPullRequest(draft, cancellation);
        points.Reached("pull", draft.Message.Subject);
        return pull;
    }

    public Task<PullRequest?> ReadPullRequest(int number, CancellationToken cancellation) => reviews.ReadPullRequest(number, cancellation);

    public async Task PutCheckRun(CheckRun check, CancellationToken cancellation)
    {
        await reviews.PutCheckRun(check, cancellation);
        points.Reached("check", check.Name);
    }

    public async Task PutComment(ReviewComment comment, CancellationToken cancellation)
    {
        await reviews.PutComment(comment, cancellation);
        points.Reached("comment", comment.Key);
    }

    public Task<Permission> PermissionOf(string login, CancellationToken cancellation) => reviews.PermissionOf(login, cancellation);
}
