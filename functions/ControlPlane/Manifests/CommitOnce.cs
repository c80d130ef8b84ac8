using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Manifests;

/// <summary>
/// A change to commit: the idempotency key that marks it, its message, and its trailers besides key and audit head. An
/// urgent one is made even where the audit log cannot be read; its trailer then says so.
/// </summary>
public sealed record GitChange(string Key, string Subject, string Body, IReadOnlyList<KeyValuePair<string, string>> Trailers, bool Urgent = false)
{
    /// <summary>The model whose gates.yaml says whether people see the change first; null: they never do.</summary>
    public string? ReviewedFor { get; init; }
}

/// <summary>What became of a change: the revision that holds it and when it was committed, or why it was not made.</summary>
public sealed record ChangeOutcome(string? Sha, DateTimeOffset At, string? Refusal, bool Found)
{
    /// <summary>After what time to look again at what was not made; null: soon.</summary>
    public TimeSpan? LookAgainIn { get; init; }

    public static ChangeOutcome Refused(string why) => new(null, default, why, Found: false);
}

/// <summary>
/// Commits a change exactly once: a commit that carries its key is the change, made before; otherwise the edits are built
/// on the newest head, and built again when somebody else commits meanwhile. Other people's edits are kept.
/// </summary>
public sealed class CommitOnce(IGitHost git, AuditLog audit, ControlPlaneOptions options, TimeProvider clock, ProposeChange propose)
{
    /// <summary>The trailer that carries the idempotency key.</summary>
    public const string KeyTrailer = "Idempotency-Key";

    private const int Tries = 10;

    /// <summary>The repository that it commits to.</summary>
    public IGitHost Git => git;

    /// <summary>
    /// Makes the change. <paramref name="edit"/> reads files at the head that it is given and returns the new texts, none
    /// when there is nothing to change, or a refusal.
    /// </summary>
    public async Task<ChangeOutcome> Make(GitChange change, Func<GitFiles, Task<Edit>> edit, CancellationToken cancellation)
    {
        if (change.Urgent)
        {
            Urgency.Mark();
        }
        for (int attempt = 0; attempt < Tries; attempt++)
        {
            IReadOnlyList<GitCommit> history = await git.History(options.Branch, options.HistoryDepth, cancellation);
            if (history.FirstOrDefault(commit => commit.Trailers.GetValueOrDefault(KeyTrailer) == change.Key) is { } made)
            {
                return new ChangeOutcome(made.Sha, made.At, null, Found: true);
            }
            string head = history.Count > 0 ? history[0].Sha : await git.Head(options.Branch, cancellation);
            GitFiles files = new(git, head, cancellation);
            Edit result = await edit(files);
            if (result.Refusal is { } refusal)
            {
                return ChangeOutcome.Refused(refusal);
            }
            if (result.Files.Count == 0)
            {
                return new ChangeOutcome(head, clock.GetUtcNow(), null, Found: false);
            }
            if (await ProposeChange.IsWanted(change, files))
            {
                return await propose.Make(change, new PullRequestDraft(change.Key, options.Branch, head, await Message(change, cancellation), result.Files), cancellation);
            }
            CommitOutcome outcome = await git.Commit(new CommitRequest(options.Branch, head, await Message(change, cancellation), result.Files), cancellation);
            if (outcome.Sha is { } sha)
            {
                return new ChangeOutcome(sha, clock.GetUtcNow(), null, Found: false);
            }
        }
        throw new InvalidOperationException($"'{change.Subject}' lost the race for {options.Branch} {Tries} times; it will be tried again");
    }

    /// <summary>The newest commit's key that begins so, or null.</summary>
    public async Task<string?> NewestKey(string prefix, CancellationToken cancellation) =>
        (await git.History(options.Branch, options.HistoryDepth, cancellation)).Select(commit => commit.Trailers.GetValueOrDefault(KeyTrailer))
            .FirstOrDefault(key => key?.StartsWith(prefix, StringComparison.Ordinal) == true);

    /// <summary>The files as they stand on the branch now.</summary>
    public async Task<GitFiles> FilesNow(CancellationToken cancellation) =>
        new(git, await git.Head(options.Branch, cancellation), cancellation);

    /// <summary>The message under which a change is committed now.</summary>
    public async Task<CommitMessage> Message(GitChange change, CancellationToken cancellation) => new(
        change.Subject, change.Body,
        [.. change.Trailers, new(KeyTrailer, change.Key), new(VerifyAudit.HeadTrailer, await AuditHead(change, cancellation))]);

    private async Task<string> AuditHead(GitChange change, CancellationToken cancellation)
    {
        try
        {
            return await audit.Head(cancellation);
        }
        catch (InvalidDataException) when (change.Urgent)
        {
            return "unreadable";
        }
    }
}

/// <summary>New texts by path, or why there are none.</summary>
public sealed record Edit(IReadOnlyDictionary<string, string?> Files, string? Refusal)
{
    public static Edit Refuse(string why) => new(new Dictionary<string, string?>(), why);

    /// <summary>The files whose text differs from what stands.</summary>
    public static Edit Of(params IEnumerable<(string Path, string Old, string New)> files) =>
        new(files.Where(file => file.Old != file.New).ToDictionary(file => file.Path, file => (string?)file.New), null);
}

/// <summary>The files at one head.</summary>
public sealed class GitFiles(IGitHost git, string head, CancellationToken cancellation)
{
    public string Head { get; } = head;

    /// <summary>The files at another revision.</summary>
    public GitFiles At(string revision) => new(git, revision, cancellation);

    /// <summary>A file's text; throws <see cref="ManifestException"/> when it is missing.</summary>
    public async Task<string> Read(string path) =>
        await git.Read(path, Head, cancellation) ?? throw new ManifestException(path, $"is missing at {Head}");

    public Task<string?> TryRead(string path) => git.Read(path, Head, cancellation);

    /// <summary>The dialect of a model's manifests, as its gates.yaml says.</summary>
    public async Task<IManifestDialect> Dialect(string model) =>
        ManifestDialects.Read(Slots.PolicyPath(model), await TryRead(Slots.PolicyPath(model)));

    public async Task<RouteManifest> Route(string model) => (await Dialect(model)).ReadRoute(await RouteFile(model));

    public async Task<SlotManifest> Slot(string model, string slot) => (await Dialect(model)).ReadSlot(await SlotFile(model, slot));

    /// <summary>The file with a model's weights; throws <see cref="ManifestException"/> when it is missing.</summary>
    public async Task<RouteFile> RouteFile(string model) => new(model, Slots.RoutePath(model), await Read(Slots.RoutePath(model)));

    /// <summary>The file of a slot; throws <see cref="ManifestException"/> when it is missing.</summary>
    public async Task<SlotFile> SlotFile(string model, string slot) =>
        new(model, slot, Slots.SlotPath(model, slot), await Read(Slots.SlotPath(model, slot)));

    public async Task<IReadOnlySet<string>> Quarantine() => QuarantineManifest.Read(await TryRead(Slots.QuarantinePath));
}
