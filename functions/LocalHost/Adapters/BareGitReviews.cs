using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Pull requests as branches of a bare repository of this machine, with records beside it: JSON for pull requests, checks and
/// comments, and `people.json`, which says by login who may do what.
/// </summary>
public sealed class BareGitReviews : IGitReviews
{
    private const string Pulls = "pulls";
    private const string Checks = "checks";
    private const string Comments = "comments";
    private const string Loop = "llmops";
    private readonly BareGitHost host;
    private readonly GitCommand git;
    private readonly FolderBlobs records;
    private readonly string people;
    private readonly TimeProvider clock;

    /// <summary>Opens the reviews of a bare repository that is there.</summary>
    public BareGitReviews(string path, TimeProvider clock)
    {
        string repository = Path.GetFullPath(path);
        this.clock = clock;
        host = new BareGitHost(repository, clock);
        git = new GitCommand(repository);
        records = new FolderBlobs($"{repository}-records", clock);
        people = Path.Combine($"{repository}-records", "people.json");
    }

    public async Task<PullRequest> OpenPullRequest(PullRequestDraft draft, CancellationToken cancellation)
    {
        ReviewRules.Check(draft);
        GitRules.CheckBranch(draft.BaseBranch);
        GitRules.CheckMessage(draft.Message);
        if (await Find(draft.Key, cancellation) is { } known)
        {
            return await Show(known, cancellation);
        }
        string branch = $"{Loop}/{Hash(draft.Key)[..16]}";
        string sha = await Branch(branch, draft, cancellation);
        string text = draft.Message.ToString();
        return await Show(await Record(new StoredPull(0, branch, draft.BaseBranch, Loop, text, sha, draft.Key), cancellation), cancellation);
    }

    /// <summary>Opens a person's pull request for a branch that is there.</summary>
    public async Task<PullRequest> Propose(string branch, string baseBranch, string author, string text, CancellationToken cancellation) =>
        await Show(await Record(new StoredPull(0, branch, baseBranch, author, text, await host.Head(branch, cancellation), null), cancellation), cancellation);

    /// <summary>Merges an open pull request as one commit that keeps the message; false when the base has moved on meanwhile.</summary>
    public async Task<bool> Merge(int number, CancellationToken cancellation)
    {
        (StoredPull pull, string etag) = await Stored(number, cancellation) ?? throw new ArgumentException($"there is no pull request #{number}", nameof(number));
        PullRequest shown = await Show(pull, cancellation);
        Dictionary<string, string?> files = [];
        foreach (string path in shown.ChangedPaths)
        {
            files[path] = await host.Read(path, shown.HeadSha, cancellation);
        }
        string head = await host.Head(pull.BaseBranch, cancellation);
        string message = await git.Ask(cancellation, "log", "--max-count=1", "--format=%B", shown.HeadSha, "--");
        return shown.State == PullRequestState.Open
            && await host.CommitAs(pull.BaseBranch, head, message, files, cancellation) is { Committed: true }
            && await Save(pull with { State = PullRequestState.Merged }, etag, cancellation);
    }

    /// <summary>Closes a pull request without merging it.</summary>
    public async Task<bool> Close(int number, CancellationToken cancellation) =>
        await Stored(number, cancellation) is var (pull, etag) && await Save(pull with { State = PullRequestState.Closed }, etag, cancellation);

    public async Task<PullRequest?> ReadPullRequest(int number, CancellationToken cancellation) =>
        await Stored(number, cancellation) is var (pull, _) ? await Show(pull, cancellation) : null;

    public async Task PutCheckRun(CheckRun check, CancellationToken cancellation)
    {
        ReviewRules.Check(check);
        string name = $"{check.Sha}/{Hash(check.Name)}.json";
        string? etag;
        do
        {
            etag = (await records.ReadJson<CheckRun>(Checks, name, cancellation))?.ETag;
        }
        while (!(await records.PutJson(Checks, name, check, etag is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(etag), cancellation)).Written);
    }

    public Task PutComment(ReviewComment comment, CancellationToken cancellation)
    {
        ReviewRules.Check(comment);
        return records.PutJson(Comments, $"{Hash(comment.Key)}.json", comment, PutCondition.IfAbsent, cancellation);
    }

    public async Task<Permission> PermissionOf(string login, CancellationToken cancellation)
    {
        if (!File.Exists(people))
        {
            return Permission.None;
        }
        Dictionary<string, Permission> known = JsonSerializer.Deserialize<Dictionary<string, Permission>>(await File.ReadAllTextAsync(people, cancellation), Wire.Json) ?? [];
        return known.FirstOrDefault(person => person.Key.Equals(login, StringComparison.OrdinalIgnoreCase)).Value;
    }

    // The branch of a key is made once: a second maker finds it, whatever it was made on.
    private async Task<string> Branch(string branch, PullRequestDraft draft, CancellationToken cancellation)
    {
        string sha = await host.WriteCommit(draft.BaseSha, draft.Message.ToString(), draft.Files, cancellation);
        try
        {
            await git.Ask(cancellation, "update-ref", $"refs/heads/{branch}", sha, new string('0', 40));
            return sha;
        }
        catch (GitFailedException)
        {
            return await host.Head(branch, cancellation);
        }
    }

    // Numbers have no gaps, so whoever loses a number sees the winner's record before he takes the next.
    private async Task<StoredPull> Record(StoredPull pull, CancellationToken cancellation)
    {
        while (true)
        {
            int last = 0;
            await foreach (BlobItem item in records.List(Pulls, "", cancellation))
            {
                last = int.Parse(Path.GetFileNameWithoutExtension(item.Name), CultureInfo.InvariantCulture);
            }
            if (pull.Key is not null && await Find(pull.Key, cancellation) is { } known)
            {
                return known;
            }
            StoredPull numbered = pull with { Number = last + 1 };
            if ((await records.PutJson(Pulls, Name(numbered.Number), numbered, PutCondition.IfAbsent, cancellation)).Written)
            {
                return numbered;
            }
        }
    }

    private async Task<StoredPull?> Find(string key, CancellationToken cancellation)
    {
        await foreach (BlobItem item in records.List(Pulls, "", cancellation))
        {
            if (await records.ReadJson<StoredPull>(Pulls, item.Name, cancellation) is var (pull, _) && pull.Key == key)
            {
                return pull;
            }
        }
        return null;
    }

    private async Task<PullRequest> Show(StoredPull pull, CancellationToken cancellation)
    {
        string head = await HeadOf(pull, cancellation);
        string start = (await git.Ask(cancellation, "merge-base", $"refs/heads/{pull.BaseBranch}", head)).Trim();
        bool contained = pull.State == PullRequestState.Open && start == head;
        string paths = await git.Ask(cancellation, "diff-tree", "-r", "-z", "--no-renames", "--name-only", start, head);
        return new PullRequest(
            pull.Number, contained ? PullRequestState.Merged : pull.State, head, start, pull.BaseBranch, pull.Author, pull.Text,
            paths.Split('\0', StringSplitOptions.RemoveEmptyEntries), head == pull.HeadSha ? pull.Key : null);
    }

    // After a merge people delete the branch; what it was is then the commit that it was opened with.
    private async Task<string> HeadOf(StoredPull pull, CancellationToken cancellation)
    {
        try
        {
            return await host.Head(pull.Branch, cancellation);
        }
        catch (GitFailedException)
        {
            return pull.HeadSha;
        }
    }

    private async Task<(StoredPull Pull, string ETag)?> Stored(int number, CancellationToken cancellation) =>
        number > 0 ? await records.ReadJson<StoredPull>(Pulls, Name(number), cancellation) : null;

    private async Task<bool> Save(StoredPull pull, string etag, CancellationToken cancellation) =>
        (await records.PutJson(Pulls, Name(pull.Number), pull, PutCondition.IfUnchanged(etag), cancellation)).Written;

    private static string Name(int number) => number.ToString("D8", CultureInfo.InvariantCulture) + ".json";

    private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    private sealed record StoredPull(int Number, string Branch, string BaseBranch, string Author, string Text, string HeadSha, string? Key)
    {
        public PullRequestState State { get; init; } = PullRequestState.Open;
    }
}
