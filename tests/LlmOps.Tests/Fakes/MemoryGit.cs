using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>A branch in memory: each commit is a snapshot; trailers are read back from the message's last paragraph, as Git does.</summary>
internal sealed class MemoryGit(TimeProvider clock, Effects? effects = null) : IGitHost
{
    private ImmutableList<Snapshot> commits = [];
    private ImmutableList<Snapshot> aside = [];

    /// <summary>Runs before each commit is tried: somebody else may commit here.</summary>
    public Action? BeforeCommit { get; set; }

    /// <summary>While set, the host answers nothing; the cluster has its clone.</summary>
    public bool Away { get; set; }

    /// <summary>While set, it takes an issue and never answers.</summary>
    public bool IssuesHang { get; set; }

    public List<GitIssue> Issues { get; } = [];

    public IReadOnlyList<Snapshot> Commits => commits;

    public string HeadSha => commits[^1].Commit.Sha;

    public Task<string> Head(string branch, CancellationToken cancellation) => Answer(() => HeadSha);

    public Task<string?> Read(string path, string revision, CancellationToken cancellation) =>
        Answer(() => Cloned(path, revision));

    /// <summary>A file as whoever has a clone reads it.</summary>
    public string? Cloned(string path, string revision) =>
        (revision == "main" ? commits[^1] : Find(revision)).Files.GetValueOrDefault(path);

    public Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation)
    {
        if (Away)
        {
            return Task.FromException<CommitOutcome>(new IOException("the Git host is away"));
        }
        BeforeCommit?.Invoke();
        string sha;
        lock (Issues)
        {
            if (HeadSha != request.ExpectedHead)
            {
                return Task.FromResult(new CommitOutcome(null, HeadSha));
            }
            Add(request.Message.ToString(), request.Files);
            sha = HeadSha;
        }
        effects?.Note($"commit {request.Message.Subject}");
        return Task.FromResult(new CommitOutcome(sha, sha));
    }

    public Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation) =>
        Answer<IReadOnlyList<GitCommit>>(() => commits.AsEnumerable().Reverse().Take(count).Select(c => c.Commit).ToList());

    private Task<T> Answer<T>(Func<T> value) => Away ? Task.FromException<T>(new IOException("the Git host is away")) : Task.FromResult(value());

    public Task OpenIssue(GitIssue issue, CancellationToken cancellation)
    {
        if (IssuesHang)
        {
            return Task.Delay(Timeout.Infinite, cancellation);
        }
        if (Away)
        {
            return Task.FromException(new IOException("the Git host is away"));
        }
        lock (Issues)
        {
            if (Issues.Any(known => known.Key == issue.Key))
            {
                return Task.CompletedTask;
            }
            Issues.Add(issue);
        }
        effects?.Note($"issue {issue.Key}");
        return Task.CompletedTask;
    }

    /// <summary>A commit on no branch, such as the head of a pull request.</summary>
    public string Aside(string parent, string message, IReadOnlyDictionary<string, string?> files)
    {
        Snapshot made = Make(Find(parent), message, files);
        aside = aside.Add(made);
        return made.Commit.Sha;
    }

    /// <summary>The paths whose texts differ between two commits.</summary>
    public IReadOnlyList<string> Differing(string from, string to) => [.. Find(from).Files.Keys.Union(Find(to).Files.Keys)
        .Where(path => Find(from).Files.GetValueOrDefault(path) != Find(to).Files.GetValueOrDefault(path)).Order(StringComparer.Ordinal)];

    /// <summary>Puts what a commit changed since another onto the branch as one commit of the same message: a squash.</summary>
    public void Squash(string from, string to) =>
        Add(Find(to).Message, Differing(from, to).ToDictionary(path => path, path => Find(to).Files.GetValueOrDefault(path)));

    /// <summary>The text of a file on the head.</summary>
    public string Text(string path) => commits[^1].Files[path];

    /// <summary>A person's commit of one file; null deletes it.</summary>
    public void Person(string path, string? text, string message = "Edit by hand") => Add(message, new Dictionary<string, string?> { [path] = text });

    public void Person(string path, Func<string, string> edit) => Person(path, edit(Text(path)));

    /// <summary>What a commit changed: paths with another text than in the commit before.</summary>
    public IReadOnlyList<string> Changed(string sha)
    {
        int at = commits.FindIndex(c => c.Commit.Sha == sha);
        ImmutableSortedDictionary<string, string> before = at == 0 ? ImmutableSortedDictionary<string, string>.Empty : commits[at - 1].Files;
        return commits[at].Files.Where(file => before.GetValueOrDefault(file.Key) != file.Value).Select(file => file.Key).ToList();
    }

    private Snapshot Find(string sha) => commits.Concat(aside).Last(c => c.Commit.Sha == sha);

    private void Add(string message, IReadOnlyDictionary<string, string?> files) =>
        commits = commits.Add(Make(commits.Count == 0 ? null : commits[^1], message, files));

    private Snapshot Make(Snapshot? parent, string message, IReadOnlyDictionary<string, string?> files)
    {
        ImmutableSortedDictionary<string, string> tree = parent?.Files ?? ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        foreach ((string path, string? text) in files)
        {
            tree = text is null ? tree.Remove(path) : tree.SetItem(path, text);
        }
        string seed = string.Create(CultureInfo.InvariantCulture, $"{commits.Count}\n{aside.Count}\n{message}\n{string.Join('\n', tree.Values)}");
        string sha = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seed)))[..40];
        DateTimeOffset at = clock.GetUtcNow();
        return new Snapshot(new GitCommit(sha, at.AddTicks(-(at.Ticks % TimeSpan.TicksPerSecond)), message.Split('\n')[0], Trailers(message)), message, tree);
    }

    private static Dictionary<string, string> Trailers(string message)
    {
        Dictionary<string, string> trailers = [];
        foreach (string line in message.TrimEnd().Split("\n\n")[^1].Split('\n'))
        {
            if (line.Split(": ", 2) is [var key, var value] && !key.Contains(' ', StringComparison.Ordinal))
            {
                trailers[key] = value;
            }
        }
        return trailers;
    }

    internal sealed record Snapshot(GitCommit Commit, string Message, ImmutableSortedDictionary<string, string> Files);
}
