using System.Globalization;
using System.Text.Json;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Reads a pull request: what it is, every path that it changes, and where it began.</summary>
internal sealed class ReadPullRequests(GitHubApi api, GitHubRequests requests, AppIdentity app)
{
    // GitHub lists at most 3,000 files of a pull request.
    private const int MostPages = 30;
    private const int PageSize = 100;

    /// <summary>Null where there is none of that number; <paramref name="opened"/> is the key that the caller opened it under.</summary>
    public async Task<PullRequest?> Read(int number, string? opened, CancellationToken cancellation)
    {
        if (number <= 0)
        {
            return null;
        }
        if (await api.Find(requests.ReadPullRequest(number), cancellation) is not { } pull)
        {
            // A repository that is out of reach answers 404 too, and that is no "there is none".
            await api.Ask(requests.ReadRepository(), cancellation);
            return null;
        }
        IReadOnlyList<string> paths = await Paths(pull, number, cancellation);
        return GitHubAnswers.PullRequest(pull, await Began(pull, cancellation), paths, await Key(pull, opened, cancellation));
    }

    // What is not seen cannot be judged: a list that GitHub cuts is no list.
    private async Task<IReadOnlyList<string>> Paths(JsonElement pull, int number, CancellationToken cancellation)
    {
        List<string> paths = [];
        int files = 0;
        for (int page = 1; page <= MostPages; page++)
        {
            JsonElement listed = await api.Ask(requests.ListFiles(number, page), cancellation);
            paths.AddRange(GitHubAnswers.Paths(listed));
            files += listed.GetArrayLength();
            if (listed.GetArrayLength() < PageSize)
            {
                break;
            }
        }
        int changed = pull.GetProperty("changed_files").GetInt32();
        return files >= changed ? paths
            : throw new GitHubFailedException(string.Create(CultureInfo.InvariantCulture, $"pull request #{number} changes {changed} files, of which GitHub lists {files}: make it smaller"));
    }

    // After a merge the branch holds the head: then it counts from where the branch was.
    private async Task<string> Began(JsonElement pull, CancellationToken cancellation)
    {
        JsonElement target = pull.GetProperty("base");
        string from = target.GetProperty(pull.GetProperty("state").GetString() == "open" ? "ref" : "sha").GetString()!;
        JsonElement compared = await api.Ask(requests.Compare(from, pull.GetProperty("head").GetProperty("sha").GetString()!), cancellation);
        return compared.GetProperty("merge_base_commit").GetProperty("sha").GetString()!;
    }

    // The key is believed where the branch is named by it and its head is a commit that GitHub signed as this App's: a person's
    // commit on top, or one that only names the key, is neither.
    private async Task<string?> Key(JsonElement pull, string? opened, CancellationToken cancellation)
    {
        JsonElement head = pull.GetProperty("head");
        bool here = head.GetProperty("repo") is { ValueKind: JsonValueKind.Object } repository
            && repository.GetProperty("id").GetInt64() == pull.GetProperty("base").GetProperty("repo").GetProperty("id").GetInt64();
        if (!here || !await app.IsOwn(pull.GetProperty("user"), cancellation))
        {
            return null;
        }
        JsonElement commit = await api.Ask(requests.ReadCommit(head.GetProperty("sha").GetString()!), cancellation);
        JsonElement signed = commit.GetProperty("commit");
        return signed.GetProperty("verification").GetProperty("verified").GetBoolean() && await app.IsOwn(commit.GetProperty("author"), cancellation)
            && (opened ?? CommitText.Trailers(signed.GetProperty("message").GetString()!).GetValueOrDefault(CommitOnce.KeyTrailer)) is { } key
            && ProposalBranch.Of(key) == head.GetProperty("ref").GetString() ? key : null;
    }
}
