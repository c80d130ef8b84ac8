using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Reviews.Api;

namespace LlmOps.FunctionApp.Adapters.GitHub;

/// <summary>Texts of files at a revision; what is read at a SHA never changes, and is kept for a while.</summary>
internal sealed class GitHubFiles(GitHubApi api, GitHubRequests requests, GitQueries queries)
{
    private const int MostKept = 2000;
    private const int MostKeptText = 256 * 1024;
    private readonly ConcurrentDictionary<(string Sha, string Path), string?> kept = new();

    /// <summary>A file's text, null where there is no file; throws where there is no such revision.</summary>
    public async Task<string?> Read(string path, string revision, CancellationToken cancellation) =>
        kept.TryGetValue((revision, path), out string? known) ? known : (await ReadAll([path], revision, cancellation))[path];

    /// <summary>The texts of files, by one request where none is too large for it.</summary>
    public async Task<IReadOnlyDictionary<string, string?>> ReadAll(IReadOnlyList<string> paths, string revision, CancellationToken cancellation)
    {
        (string query, Dictionary<string, object> variables) = queries.Files(revision, paths);
        JsonElement found = (await api.Query(query, variables, cancellation)).GetProperty("repository");
        if (found.GetProperty("revision").ValueKind == JsonValueKind.Null)
        {
            throw new GitHubFailedException($"GitHub knows no revision '{PlainText.OneLine(revision, 100)}'") { Kind = "NOT_FOUND" };
        }
        Dictionary<string, string?> texts = [];
        for (int i = 0; i < paths.Count; i++)
        {
            texts[paths[i]] = await Text(paths[i], revision, found.GetProperty($"file{i}"), cancellation);
            Keep(revision, paths[i], texts[paths[i]]);
        }
        return texts;
    }

    // A folder is an object too, of which nothing was asked. GraphQL cuts long texts and leaves out binary ones.
    private async Task<string?> Text(string path, string revision, JsonElement file, CancellationToken cancellation)
    {
        if (file.ValueKind != JsonValueKind.Object || !file.TryGetProperty("text", out JsonElement text))
        {
            return null;
        }
        bool whole = text.ValueKind == JsonValueKind.String && !file.GetProperty("isTruncated").GetBoolean() && file.GetProperty("isBinary").ValueKind != JsonValueKind.True;
        return whole ? text.GetString() : Encoding.UTF8.GetString(await api.AskBytes(requests.ReadFile(path, revision), cancellation));
    }

    private void Keep(string revision, string path, string? text)
    {
        if (!GitQueries.IsSha(revision) || text?.Length > MostKeptText)
        {
            return;
        }
        if (kept.Count >= MostKept)
        {
            kept.Clear();
        }
        kept[(revision, path)] = text;
    }
}
