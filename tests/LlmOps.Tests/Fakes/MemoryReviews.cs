using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>Pull requests, checks and comments in memory, over the commits of a <see cref="MemoryGit"/>.</summary>
internal sealed class MemoryReviews(MemoryGit git, Effects? effects = null) : IGitReviews
{
    private readonly Lock turn = new();
    private readonly List<Pull> pulls = [];
    private readonly Dictionary<(string Sha, string Name), CheckRun> checks = [];
    private readonly List<ReviewComment> comments = [];

    public Dictionary<string, Permission> People { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>While set, the host answers nothing.</summary>
    public Exception? Fails { get; set; }

    public IReadOnlyList<ReviewComment> Comments => comments;

    public IReadOnlyCollection<CheckRun> Checks => checks.Values;

    public IReadOnlyList<PullRequest> All => [.. Known().Select(Show)];

    /// <summary>How often a check was put, replaced ones too.</summary>
    public int ChecksPut { get; private set; }

    public Task<PullRequest> OpenPullRequest(PullRequestDraft draft, CancellationToken cancellation)
    {
        ReviewRules.Check(draft);
        Pull pull;
        bool opened = false;
        lock (turn)
        {
            if (pulls.FirstOrDefault(known => known.Key == draft.Key) is not { } known)
            {
                string head = git.Aside(draft.BaseSha, draft.Message.ToString(), draft.Files);
                pulls.Add(known = new Pull(pulls.Count + 1, draft.BaseSha, head, draft.BaseBranch, "llmops", draft.Message.ToString(), draft.Key));
                opened = true;
            }
            pull = known;
        }
        if (opened)
        {
            effects?.Note($"pull {draft.Key}");
        }
        return Task.FromResult(Show(pull));
    }

    public Task<PullRequest?> ReadPullRequest(int number, CancellationToken cancellation) =>
        Fails is { } error ? Task.FromException<PullRequest?>(error) : Task.FromResult(Known().Find(pull => pull.Number == number) is { } found ? Show(found) : null);

    public Task PutCheckRun(CheckRun check, CancellationToken cancellation)
    {
        ReviewRules.Check(check);
        if (Fails is { } error)
        {
            return Task.FromException(error);
        }
        lock (turn)
        {
            checks[(check.Sha, check.Name)] = check;
            ChecksPut++;
        }
        effects?.Note($"check {check.Name}");
        return Task.CompletedTask;
    }

    public Task PutComment(ReviewComment comment, CancellationToken cancellation)
    {
        ReviewRules.Check(comment);
        if (Fails is { } error)
        {
            return Task.FromException(error);
        }
        lock (turn)
        {
            if (comments.Any(known => known.Key == comment.Key))
            {
                return Task.CompletedTask;
            }
            comments.Add(comment);
        }
        effects?.Note($"comment {comment.Key}");
        return Task.CompletedTask;
    }

    public Task<Permission> PermissionOf(string login, CancellationToken cancellation) => Task.FromResult(People.GetValueOrDefault(login));

    /// <summary>A person's pull request on the branch's head; null deletes a file.</summary>
    public int Propose(string text, params IEnumerable<(string Path, string? Text)> files)
    {
        string start = git.HeadSha;
        string head = git.Aside(start, text, files.ToDictionary(file => file.Path, file => file.Text));
        pulls.Add(new Pull(pulls.Count + 1, start, head, "main", "bob", text, null));
        return pulls.Count;
    }

    /// <summary>Somebody pushes another commit to a pull request's branch.</summary>
    public void Push(int number, string path, string? text)
    {
        Pull pull = pulls[number - 1];
        pull.Head = git.Aside(pull.Head, $"Change {path}", new Dictionary<string, string?> { [path] = text });
    }

    public void Merge(int number)
    {
        Pull pull = pulls[number - 1];
        git.Squash(pull.Start, pull.Head);
        pull.State = PullRequestState.Merged;
    }

    public void Close(int number) => pulls[number - 1].State = PullRequestState.Closed;

    public void Reopen(int number) => pulls[number - 1].State = PullRequestState.Open;

    // Workers at the same time may open another meanwhile.
    private List<Pull> Known()
    {
        lock (turn)
        {
            return [.. pulls];
        }
    }

    private PullRequest Show(Pull pull) => new(
        pull.Number, pull.State, pull.Head, pull.Start, pull.Base, pull.Author, pull.Text, git.Differing(pull.Start, pull.Head), pull.Head == pull.Opened ? pull.Key : null);

    private sealed class Pull(int number, string start, string head, string baseBranch, string author, string text, string? key)
    {
        public int Number => number;

        public string Start => start;

        public string Opened { get; } = head;

        public string Base => baseBranch;

        public string Author => author;

        public string Text => text;

        public string? Key => key;

        public string Head { get; set; } = head;

        public PullRequestState State { get; set; }
    }
}
