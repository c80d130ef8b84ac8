namespace LlmOps.Ports;

/// <summary>The GitOps repository on its host. Reads are at a revision; a commit names the head that it expects.</summary>
public interface IGitHost
{
    /// <summary>The SHA of the branch's newest commit.</summary>
    Task<string> Head(string branch, CancellationToken cancellation);

    /// <summary>The text of a file at a revision (a SHA or a branch), or null when it is not there.</summary>
    Task<string?> Read(string path, string revision, CancellationToken cancellation);

    /// <summary>Commits files to the branch in one commit if its head is still the expected one.</summary>
    Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation);

    /// <summary>The branch's newest commits, newest first, at most <paramref name="count"/>.</summary>
    Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation);

    /// <summary>Opens an issue for people, once a key: a second call with the same key changes nothing.</summary>
    Task OpenIssue(GitIssue issue, CancellationToken cancellation);
}

/// <summary>A commit to make: texts by path (null deletes), and the head it is built on (a SHA).</summary>
public sealed record CommitRequest(string Branch, string ExpectedHead, CommitMessage Message, IReadOnlyDictionary<string, string?> Files);

/// <summary>A commit's subject, body and trailers, in the order in which they are written.</summary>
public sealed record CommitMessage(string Subject, string Body, IReadOnlyList<KeyValuePair<string, string>> Trailers)
{
    public override string ToString() => string.Join("\n\n", new[]
    {
        Subject, Body.Trim(), string.Join('\n', Trailers.Select(trailer => $"{trailer.Key}: {trailer.Value}")),
    }.Where(part => part.Length > 0)) + "\n";
}

/// <summary>What became of a commit: its SHA, or null and the head that was found instead of the expected one.</summary>
public sealed record CommitOutcome(string? Sha, string Head)
{
    public bool Committed => Sha is not null;
}

/// <summary>A commit as read back: SHA, time, subject and trailers by key (the last wins).</summary>
public sealed record GitCommit(string Sha, DateTimeOffset At, string Subject, IReadOnlyDictionary<string, string> Trailers);

/// <summary>An issue for people; <paramref name="Key"/> makes it idempotent.</summary>
public sealed record GitIssue(string Key, string Title, string Body);
