using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.LocalHost.Adapters;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes.GitHub;

/// <summary>The Git side of the fake: GraphQL and refs over a bare repository, carried out by git.</summary>
internal sealed partial class FakeRepository(BareGitHost host, GitCommand git)
{
    private readonly SemaphoreSlim turn = new(1, 1);

    /// <summary>The commits that were made by the mutation: GitHub signs them as the App's.</summary>
    public ConcurrentDictionary<string, bool> Signed { get; } = new();

    /// <summary>While set, a mutation is refused with this type and message.</summary>
    public (string Type, string Message)? Refuses { get; set; }

    /// <summary>Texts longer than this are cut, as GraphQL cuts them.</summary>
    public int MostText { get; set; } = 512_000;

    public BareGitHost Host => host;

    public Task<string> Ask(params string[] arguments) => git.Ask(default, arguments);

    public async Task<string?> Sha(string revision)
    {
        try
        {
            return (await Ask("rev-parse", "--verify", "--quiet", $"{revision}^{{commit}}")).Trim();
        }
        catch (GitFailedException)
        {
            return null;
        }
    }

    public async Task<FakeAnswer> GraphQl(JsonElement asked)
    {
        string query = asked.GetProperty("query").GetString()!;
        JsonElement variables = asked.GetProperty("variables");
        if (query.Contains("createCommitOnBranch", StringComparison.Ordinal))
        {
            return await Commit(variables.GetProperty("input"));
        }
        return new(200, new { data = new { repository = query.Contains("history(", StringComparison.Ordinal) ? await History(variables) : await Files(query, variables) } });
    }

    public async Task<FakeAnswer?> Rest(Asked request, string[] path)
    {
        switch (request.Method, path)
        {
            case ("GET", []):
                return new(200, new { full_name = FakeGitHub.Repository });
            case ("GET", ["git", "ref", var reference]):
                return await Sha($"refs/{reference}") is not { } head ? FakeAnswer.NotFound
                    : request.Headers.IfNoneMatch == $"W/\"{head}\"" ? new(304)
                    : new(200, new { @ref = $"refs/{reference}", @object = new { type = "commit", sha = head } }, $"W/\"{head}\"");
            case ("POST", ["git", "refs"]):
                return await Move(request.Json.GetProperty("ref").GetString()!, request.Json.GetProperty("sha").GetString()!, new string('0', 40), "Reference already exists", 201);
            case ("PATCH", ["git", "refs", var reference]):
                return await FastForward($"refs/{reference}", request.Json.GetProperty("sha").GetString()!);
            case ("GET", ["compare", var range]):
                return await Compare(range.Split("..."));
            case ("GET", ["commits", var sha]):
                return await Sha(sha) is null ? FakeAnswer.NotFound : await Show(sha);
            case ("GET", ["contents", var file]):
                return new(200, await git.Run(default, default, "cat-file", "blob", $"{Uri.UnescapeDataString(request.Path.Split("ref=")[1])}:{file}"));
            default:
                return null;
        }
    }

    private async Task<FakeAnswer> Commit(JsonElement input)
    {
        string branch = input.GetProperty("branch").GetProperty("branchName").GetString()!;
        string expected = input.GetProperty("expectedHeadOid").GetString()!;
        JsonElement message = input.GetProperty("message");
        Dictionary<string, string?> files = [];
        foreach (JsonElement file in input.GetProperty("fileChanges").GetProperty("additions").EnumerateArray())
        {
            files.Add(file.GetProperty("path").GetString()!, Encoding.UTF8.GetString(file.GetProperty("contents").GetBytesFromBase64()));
        }
        foreach (JsonElement file in input.GetProperty("fileChanges").GetProperty("deletions").EnumerateArray())
        {
            string path = file.GetProperty("path").GetString()!;
            if (await host.Head(branch, default) == expected && await host.Read(path, expected, default) is null)
            {
                return Error("UNPROCESSABLE", $"A path was requested for deletion which does not exist as of commit oid `{expected}`");
            }
            files.Add(path, null);
        }
        if (Refuses is var (type, said))
        {
            return Error(type, said);
        }
        string text = $"{message.GetProperty("headline").GetString()}\n\n{message.GetProperty("body").GetString()}".TrimEnd();
        CommitOutcome outcome = await host.CommitAs(branch, expected, text, files, default);
        if (outcome.Sha is not { } sha)
        {
            return Error("STALE_DATA", $"Expected branch to point to \"{expected}\" but it did not.  Pull and try again.");
        }
        Signed[sha] = true;
        return new(200, new { data = new { createCommitOnBranch = new { commit = new { oid = sha } } } });
    }

    private static FakeAnswer Error(string type, string message) => new(200, new
    {
        data = new { createCommitOnBranch = (object?)null },
        errors = new[] { new { type, path = new[] { "createCommitOnBranch" }, message } },
    });

    private async Task<object> History(JsonElement variables)
    {
        int from = variables.GetProperty("after").GetString() is { } after ? int.Parse(after, CultureInfo.InvariantCulture) : 0;
        int count = variables.GetProperty("count").GetInt32();
        string log = await Ask("log", "-z", $"--skip={from}", $"--max-count={count + 1}", "--format=tformat:%H%x00%cI%x00%P%x00%B", variables.GetProperty("head").GetString()!);
        string[][] commits = [.. log.Split('\0').Chunk(4).Where(fields => fields.Length == 4)];
        return new
        {
            @object = new
            {
                history = new
                {
                    pageInfo = new { hasNextPage = commits.Length > count, endCursor = $"{from + count}" },
                    nodes = commits.Take(count).Select(commit => new
                    {
                        oid = commit[0],
                        committedDate = commit[1],
                        message = commit[3].TrimEnd('\n'),
                        parents = new { nodes = commit[2].Split(' ', StringSplitOptions.RemoveEmptyEntries).Take(1).Select(oid => new { oid }) },
                    }),
                },
            },
        };
    }

    private async Task<object> Files(string query, JsonElement variables)
    {
        Dictionary<string, object?> found = [];
        string? revision = await Sha(variables.GetProperty("revision").GetString()!);
        found["revision"] = revision is null ? null : new { oid = revision };
        foreach (Match file in AskedFile().Matches(query))
        {
            string at = variables.GetProperty(file.Groups[2].Value).GetString()!;
            found[file.Groups[1].Value] = revision is null ? null : await Blob(revision, at[(at.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        }
        return found;
    }

    private async Task<object?> Blob(string revision, string path)
    {
        string type = (await git.Run(Encoding.UTF8.GetBytes($"{revision}:{path}\n"), default, "cat-file", "--batch-check=%(objecttype)")) is var said
            ? Encoding.UTF8.GetString(said).Trim() : "";
        if (type != "blob")
        {
            return type == "tree" ? new { } : null;
        }
        string text = (await host.Read(path, revision, default))!;
        return new { text = text.Length > MostText ? text[..MostText] : text, isTruncated = text.Length > MostText, isBinary = false };
    }

    private async Task<FakeAnswer> Move(string reference, string to, string from, string refusal, int status)
    {
        await turn.WaitAsync();
        try
        {
            await Ask("update-ref", reference, to, from);
            return new(status, new { @ref = reference, @object = new { type = "commit", sha = to } });
        }
        catch (GitFailedException)
        {
            return FakeAnswer.Refused(refusal);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<FakeAnswer> FastForward(string reference, string to)
    {
        string from = (await Sha(reference))!;
        return (await Ask("merge-base", from, to)).Trim() == from
            ? await Move(reference, to, from, "Update is not a fast forward", 200)
            : FakeAnswer.Refused("Update is not a fast forward");
    }

    private async Task<FakeAnswer> Compare(string[] range)
    {
        if (await Sha(range[0]) is not { } from || await Sha(range[1]) is not { } to)
        {
            return FakeAnswer.NotFound;
        }
        string start = (await Ask("merge-base", from, to)).Trim();
        int ahead = int.Parse(await Ask("rev-list", "--count", $"{from}..{to}"), CultureInfo.InvariantCulture);
        return new(200, new { ahead_by = ahead, merge_base_commit = new { sha = start } });
    }

    private async Task<FakeAnswer> Show(string sha) => new(200, new
    {
        sha,
        commit = new { message = (await Ask("log", "--max-count=1", "--format=%B", sha, "--")).TrimEnd('\n'), verification = new { verified = Signed.ContainsKey(sha) } },
        author = new { login = FakeGitHub.Bot, type = "Bot" },
    });

    [GeneratedRegex(@"(file\d+): object\(expression: \$(path\d+)\)")]
    private static partial Regex AskedFile();
}
