using System.Globalization;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes.GitHub;

/// <summary>The other side of the fake: pull requests, checks, comments, issues, permissions and deliveries, in memory.</summary>
internal sealed class FakeReviews(FakeRepository git)
{
    private readonly Lock gate = new();
    private readonly List<FakePull> pulls = [];

    public List<(long Id, JsonElement Body, string Sha)> Checks { get; } = [];

    public List<(int Number, string Body)> Comments { get; } = [];

    public List<JsonElement> Issues { get; } = [];

    public Dictionary<string, (string Permission, string Role)> People { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Tries to deliver, the newest first, in pages.</summary>
    public List<object[]> Pages { get; } = [];

    public List<long> Redelivered { get; } = [];

    public FakePull Open(string branch, string target, string login, string type, string title, string body, string start)
    {
        lock (gate)
        {
            FakePull pull = new(pulls.Count + 1, branch, target, login, type, title, body) { BaseSha = start };
            pulls.Add(pull);
            return pull;
        }
    }

    public FakePull Pull(int number) => pulls[number - 1];

    public async Task Merge(int number)
    {
        FakePull pull = Pull(number);
        string head = (await git.Sha(pull.Head))!;
        Dictionary<string, string?> files = [];
        foreach (string path in await Changed(pull))
        {
            files[path] = await git.Host.Read(path, head, default);
        }
        string message = await git.Ask("log", "--max-count=1", "--format=%B", head, "--");
        Assert.True((await git.Host.CommitAs(pull.Base, await git.Host.Head(pull.Base, default), message, files, default)).Committed);
        pull.State = "closed";
        pull.Merged = true;
    }

    public async Task<FakeAnswer?> Rest(Asked request, string[] path)
    {
        switch (request.Method, path)
        {
            case ("POST", ["pulls"]):
                return await OpenByApp(request.Json);
            case ("GET", ["pulls"]):
                string head = Uri.UnescapeDataString(request.Path.Split("head=")[1]);
                return new(200, await Task.WhenAll(pulls.Where(pull => $"acme:{pull.Head}" == head).OrderByDescending(pull => pull.Number).Select(Show)));
            case ("GET", ["pulls", var number]):
                return Find(number) is { } pull ? new(200, await Show(pull)) : FakeAnswer.NotFound;
            case ("GET", ["pulls", var number, "files"]):
                return new(200, (await Changed(Find(number)!)).Select(filename => new { filename, status = "modified" }));
            case ("GET", ["collaborators", var login, "permission"]):
                return People.TryGetValue(login, out (string Permission, string Role) found)
                    ? new(200, new { permission = found.Permission, role_name = found.Role, user = new { login } }) : FakeAnswer.NotFound;
            case (_, ["check-runs", ..]) or (_, ["commits", _, "check-runs"]):
                return Check(request, path);
            case (_, ["issues", ..]):
                return Issue(request, path);
            default:
                return null;
        }
    }

    public FakeAnswer Deliveries(Asked request, string[] path)
    {
        if (request.Method == "POST")
        {
            Redelivered.Add(long.Parse(path[^2], CultureInfo.InvariantCulture));
            return new(202, new { });
        }
        int page = request.Path.Split("cursor=") is [_, var cursor] ? int.Parse(cursor.TrimStart('v'), CultureInfo.InvariantCulture) : 0;
        return new(200, Pages[page]) { Next = page + 1 < Pages.Count ? $"v{page + 1}" : null };
    }

    private FakeAnswer Check(Asked request, string[] path)
    {
        lock (gate)
        {
            if (request.Method == "GET")
            {
                string name = Uri.UnescapeDataString(request.Path.Split("check_name=")[1]);
                var found = Checks.Where(check => check.Sha == path[1] && check.Body.GetProperty("name").GetString() == name).Select(check => new { id = check.Id, app = new { id = FakeGitHub.AppId } });
                return new(200, new { total_count = found.Count(), check_runs = found });
            }
            long id = path.Length > 1 ? long.Parse(path[1], CultureInfo.InvariantCulture) : Checks.Count + 1;
            string sha = path.Length > 1 ? Checks.Single(check => check.Id == id).Sha : request.Json.GetProperty("head_sha").GetString()!;
            Checks.RemoveAll(check => check.Id == id);
            Checks.Add((id, request.Json, sha));
            return new(path.Length > 1 ? 200 : 201, new { id });
        }
    }

    private FakeAnswer Issue(Asked request, string[] path)
    {
        object user = new { login = FakeGitHub.Bot, type = "Bot" };
        lock (gate)
        {
            switch (request.Method, path)
            {
                case ("GET", ["issues"]):
                    return new(200, Issues.Select(issue => new { body = issue.GetProperty("body").GetString(), user }));
                case ("POST", ["issues"]):
                    Issues.Add(request.Json);
                    return new(201, new { number = 1000 + Issues.Count });
                case ("GET", ["issues", var number, "comments"]):
                    return new(200, Comments.Where(comment => $"{comment.Number}" == number).Select(comment => new { body = comment.Body, user }));
                default:
                    Comments.Add((int.Parse(path[1], CultureInfo.InvariantCulture), request.Json.GetProperty("body").GetString()!));
                    return new(201, new { id = Comments.Count });
            }
        }
    }

    private async Task<FakeAnswer> OpenByApp(JsonElement asked)
    {
        string branch = asked.GetProperty("head").GetString()!, target = asked.GetProperty("base").GetString()!;
        if (pulls.Any(pull => pull.Head == branch && pull.State == "open"))
        {
            return new(422, new { message = "Validation Failed", errors = new[] { new { message = $"A pull request already exists for acme:{branch}." } } });
        }
        FakePull opened = Open(branch, target, FakeGitHub.Bot, "Bot", asked.GetProperty("title").GetString()!, asked.GetProperty("body").GetString()!, (await git.Sha(target))!);
        return new(201, await Show(opened));
    }

    private FakePull? Find(string number) =>
        int.TryParse(number, CultureInfo.InvariantCulture, out int known) && known > 0 && known <= pulls.Count ? pulls[known - 1] : null;

    private async Task<string[]> Changed(FakePull pull)
    {
        string start = (await git.Ask("merge-base", pull.BaseSha, (await git.Sha(pull.Head))!)).Trim();
        return (await git.Ask("diff-tree", "-r", "-z", "--no-renames", "--name-only", start, (await git.Sha(pull.Head))!)).Split('\0', StringSplitOptions.RemoveEmptyEntries);
    }

    private async Task<object> Show(FakePull pull)
    {
        object repo = new { id = 1, full_name = FakeGitHub.Repository };
        return new
        {
            number = pull.Number,
            state = pull.State,
            merged_at = pull.Merged ? "2026-08-22T10:00:00Z" : null,
            title = pull.Title,
            body = pull.Body,
            changed_files = (await Changed(pull)).Length,
            user = new { login = pull.Login, type = pull.Type },
            head = new { @ref = pull.Head, sha = await git.Sha($"refs/heads/{pull.Head}"), repo },
            @base = new { @ref = pull.Base, sha = pull.BaseSha, repo },
        };
    }
}

/// <summary>A pull request of the fake.</summary>
internal sealed record FakePull(int Number, string Head, string Base, string Login, string Type, string Title, string Body)
{
    public required string BaseSha { get; init; }

    public string State { get; set; } = "open";

    public bool Merged { get; set; }
}
