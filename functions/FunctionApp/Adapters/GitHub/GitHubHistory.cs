using System.Collections.Concurrent;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>A commit as GitHub tells it; without a parent it is the first one.</summary>
internal sealed record FoundCommit(GitCommit Commit, string? Parent);

/// <summary>
/// The head of a branch, and the commits before it. The head is asked for each time, which is free while it stays the same;
/// what stands behind a commit never changes, and is asked for once.
/// </summary>
internal sealed class GitHubHistory(GitHubApi api, GitHubRequests requests, GitQueries queries)
{
    private readonly ConcurrentDictionary<string, (string ETag, string Sha)> heads = new();
    private readonly ConcurrentDictionary<string, (string Head, int Count, IReadOnlyList<FoundCommit> Commits)> read = new();

    public async Task<string> Head(string branch, CancellationToken cancellation)
    {
        bool known = heads.TryGetValue(branch, out (string ETag, string Sha) before);
        (JsonElement? changed, string? etag) = await api.AskIfChanged(requests.ReadHead(branch, known ? before.ETag : null), cancellation);
        if (changed is not { } answer)
        {
            return before.Sha;
        }
        string sha = answer.GetProperty("object").GetProperty("sha").GetString()!;
        if (etag is not null)
        {
            heads[branch] = (etag, sha);
        }
        return sha;
    }

    /// <summary>The newest commits of a branch, newest first.</summary>
    public async Task<IReadOnlyList<FoundCommit>> Newest(string branch, int count, CancellationToken cancellation)
    {
        string head = await Head(branch, cancellation);
        if (read.TryGetValue(branch, out (string Head, int Count, IReadOnlyList<FoundCommit> Commits) before) && before.Head == head && before.Count >= count)
        {
            return [.. before.Commits.Take(count)];
        }
        IReadOnlyList<FoundCommit> commits = await Behind(head, count, cancellation);
        read[branch] = (head, count, commits);
        return commits;
    }

    private async Task<IReadOnlyList<FoundCommit>> Behind(string head, int count, CancellationToken cancellation)
    {
        List<FoundCommit> commits = [];
        string? after = null;
        do
        {
            object variables = queries.HistoryOf(head, Math.Min(count - commits.Count, GitQueries.MostCommits), after);
            JsonElement answer = await api.Query(GitQueries.History, variables, cancellation);
            JsonElement commit = answer.GetProperty("repository").GetProperty("object");
            if (commit.ValueKind != JsonValueKind.Object)
            {
                // One of GitHub's servers tells of a head that another does not have yet.
                throw new GitHubFailedException($"GitHub does not show the commit {head} yet, which it named as the head");
            }
            JsonElement page = commit.GetProperty("history");
            commits.AddRange(page.GetProperty("nodes").EnumerateArray().Select(Read));
            JsonElement info = page.GetProperty("pageInfo");
            after = info.GetProperty("hasNextPage").GetBoolean() ? info.GetProperty("endCursor").GetString() : null;
        }
        while (after is not null && commits.Count < count);
        return commits;
    }

    private static FoundCommit Read(JsonElement commit)
    {
        string message = commit.GetProperty("message").GetString()!;
        JsonElement parents = commit.GetProperty("parents").GetProperty("nodes");
        return new FoundCommit(
            new GitCommit(
                commit.GetProperty("oid").GetString()!, commit.GetProperty("committedDate").GetDateTimeOffset(),
                CommitText.Subject(message), CommitText.Trailers(message)),
            parents.GetArrayLength() > 0 ? parents[0].GetProperty("oid").GetString() : null);
    }
}
