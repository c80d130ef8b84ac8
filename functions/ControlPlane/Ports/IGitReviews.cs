namespace LlmOps.Ports;

/// <summary>What people read and decide on at the repository's host: pull requests, checks, comments, and who may write.</summary>
public interface IGitReviews
{
    /// <summary>Opens a pull request, or finds the one that was opened under the same key, whatever became of it since.</summary>
    Task<PullRequest> OpenPullRequest(PullRequestDraft draft, CancellationToken cancellation);

    /// <summary>A pull request as it stands now, or null when there is none of that number.</summary>
    Task<PullRequest?> ReadPullRequest(int number, CancellationToken cancellation);

    /// <summary>Puts a check's result on a commit; an earlier one of that name on that commit is replaced.</summary>
    Task PutCheckRun(CheckRun check, CancellationToken cancellation);

    /// <summary>Comments on an issue or a pull request, once a key: a second call with the same key changes nothing.</summary>
    Task PutComment(ReviewComment comment, CancellationToken cancellation);

    /// <summary>What somebody may do to the repository; a login that nobody has may do nothing.</summary>
    Task<Permission> PermissionOf(string login, CancellationToken cancellation);
}

/// <summary>
/// A pull request to open: the branch that it is for, the commit (a SHA) it is built on, the message of its one commit, whose
/// subject is its title and whose rest its text, and texts by path (null deletes). <paramref name="Key"/> makes it idempotent.
/// </summary>
public sealed record PullRequestDraft(string Key, string BaseBranch, string BaseSha, CommitMessage Message, IReadOnlyDictionary<string, string?> Files);

/// <summary>A pull request.</summary>
/// <param name="HeadSha">Its newest commit.</param>
/// <param name="BaseSha">The commit of the base branch that its changes are counted from (the merge base).</param>
/// <param name="Text">Title and text, as people may have edited them.</param>
/// <param name="ChangedPaths">Every path that it adds, changes or deletes; a renamed file counts under both names.</param>
/// <param name="Key">The key it was opened under through this port, while its head is still the commit made then; otherwise null.</param>
public sealed record PullRequest(
    int Number,
    PullRequestState State,
    string HeadSha,
    string BaseSha,
    string BaseBranch,
    string Author,
    string Text,
    IReadOnlyList<string> ChangedPaths,
    string? Key = null);

/// <summary>What became of a pull request.</summary>
public enum PullRequestState
{
    Open,
    Merged,

    /// <summary>Means: closed without merging.</summary>
    Closed,
}

/// <summary>The result of a check on a commit (a SHA).</summary>
/// <param name="Title">One line.</param>
/// <param name="Summary">Markdown of at most <see cref="ReviewRules.MostSummary"/> characters.</param>
/// <param name="Reference">What it is about, in our own words; events about the check bring it back.</param>
public sealed record CheckRun(string Name, string Sha, Conclusion Conclusion, string Title, string Summary, string Reference)
{
    /// <summary>Where more is to be read.</summary>
    public Uri? Details { get; init; }

    /// <summary>The buttons that it offers, at most three.</summary>
    public IReadOnlyList<CheckAction> Actions { get; init; } = [];
}

/// <summary>A button of a check: its label, what it does in a few words, and the name by which a press is told.</summary>
public sealed record CheckAction(string Label, string Description, string Identifier);

/// <summary>How a check ended, from the best to the worst.</summary>
public enum Conclusion
{
    Success,

    /// <summary>Means: there is something to read, and nothing to decide.</summary>
    Neutral,

    /// <summary>Means: a person decides.</summary>
    ActionRequired,
    Failure,
}

/// <summary>A comment on the issue or pull request of a number; <paramref name="Key"/> makes it idempotent.</summary>
public sealed record ReviewComment(string Key, int Number, string Body);

/// <summary>What somebody may do to the repository, each more than the one before.</summary>
public enum Permission
{
    None,
    Read,
    Write,
    Admin,
}
