using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// A bare repository of this machine through the git CLI, with issues as files beside it. A commit takes two commands:
/// one writes it under no branch, one moves the branch if its head is still the expected one.
/// </summary>
public sealed class BareGitHost : IGitHost
{
    private const string Issues = "issues";
    private static int scratch;
    private readonly string repository;
    private readonly GitCommand git;
    private readonly FolderBlobs records;
    private readonly TimeProvider clock;

    /// <summary>Opens a bare repository that is there.</summary>
    internal BareGitHost(string repository, TimeProvider clock)
    {
        (this.repository, this.clock) = (repository, clock);
        git = new GitCommand(repository);
        records = new FolderBlobs($"{repository}-records", clock);
    }

    /// <summary>Opens a bare repository; where there is none, makes one whose first commit on `main` holds a folder's files.</summary>
    public static async Task<BareGitHost> Create(string path, string templateFolder, TimeProvider clock, CancellationToken cancellation)
    {
        string repository = Path.GetFullPath(path);
        await GitSeed.Plant(repository, templateFolder, clock.GetUtcNow(), cancellation);
        return new BareGitHost(repository, clock);
    }

    public async Task<string> Head(string branch, CancellationToken cancellation)
    {
        GitRules.CheckBranch(branch);
        return (await git.Ask(cancellation, "rev-parse", "--verify", $"refs/heads/{branch}^{{commit}}")).Trim();
    }

    public async Task<string?> Read(string path, string revision, CancellationToken cancellation)
    {
        GitRules.CheckPath(path);
        GitRules.CheckBranch(revision);
        byte[] question = Encoding.UTF8.GetBytes($"{revision}^{{tree}}\n{revision}:{path}\n");
        GitObjects answer = new(await git.Run(question, cancellation, "cat-file", "--batch"));
        if (answer.Next() is null)
        {
            throw new GitFailedException("cat-file", 0, $"there is no revision {revision}");
        }
        return answer.Next() is ("blob", var content) ? Encoding.UTF8.GetString(content.Span) : null;
    }

    public Task<CommitOutcome> Commit(CommitRequest request, CancellationToken cancellation)
    {
        GitRules.CheckMessage(request.Message);
        return CommitAs(request.Branch, request.ExpectedHead, request.Message.ToString(), request.Files, cancellation);
    }

    public async Task<IReadOnlyList<GitCommit>> History(string branch, int count, CancellationToken cancellation)
    {
        GitRules.CheckBranch(branch);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return GitText.Commits(await git.Ask(
            cancellation, "log", "-z", $"--max-count={count}", GitText.LogFormat, $"refs/heads/{branch}", "--"));
    }

    public async Task OpenIssue(GitIssue issue, CancellationToken cancellation)
    {
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(issue.Key)));
        await records.PutJson(Issues, $"{name}.json", issue, PutCondition.IfAbsent, cancellation);
    }

    /// <summary>Commits under a message as it is given.</summary>
    internal async Task<CommitOutcome> CommitAs(
        string branch, string expectedHead, string message, IReadOnlyDictionary<string, string?> files, CancellationToken cancellation)
    {
        GitRules.CheckBranch(branch);
        GitRules.CheckSha(expectedHead);
        try
        {
            string sha = await WriteCommit(expectedHead, message, files, cancellation);
            StaleLock.Clear(repository, branch);
            await git.Ask(cancellation, "update-ref", $"refs/heads/{branch}", sha, expectedHead);
            return new CommitOutcome(sha, sha);
        }
        catch (GitFailedException)
        {
            string head = await Head(branch, cancellation);
            if (head == expectedHead)
            {
                throw;
            }
            return new CommitOutcome(null, head);
        }
    }

    /// <summary>Writes a commit under no branch and returns its SHA.</summary>
    internal async Task<string> WriteCommit(
        string parent, string message, IReadOnlyDictionary<string, string?> files, CancellationToken cancellation)
    {
        string reference = $"refs/llmops/{Environment.ProcessId}-{Interlocked.Increment(ref scratch)}";
        GitImport import = new GitImport().Commit(reference, clock.GetUtcNow(), message, parent);
        foreach ((string path, string? text) in files)
        {
            GitRules.CheckPath(path);
            import.Change(path, text);
        }
        byte[] answer = await git.Run(
            import.PrintAndDrop(reference).End(), cancellation, "fast-import", "--quiet", "--force", "--done");
        return Encoding.ASCII.GetString(answer).Trim();
    }
}
