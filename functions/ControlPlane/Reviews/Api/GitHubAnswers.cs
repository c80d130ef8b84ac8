using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Reviews.Api;

/// <summary>What GitHub's REST API answers, as the ports say it.</summary>
public static class GitHubAnswers
{
    /// <summary>The id of the check that one app put, or null: another app's check of the same name is not ours to change.</summary>
    public static long? CheckId(JsonElement found, long app)
    {
        foreach (JsonElement check in found.GetProperty("check_runs").EnumerateArray())
        {
            if (check.GetProperty("app").GetProperty("id").GetInt64() == app)
            {
                return check.GetProperty("id").GetInt64();
            }
        }
        return null;
    }

    /// <summary>Whether a page of comments holds the one of a key, written by a bot: anybody can copy a mark.</summary>
    public static bool HasComment(JsonElement page, string key) => page.EnumerateArray().Any(comment =>
        comment.GetProperty("body").GetString()?.Contains(CommentMark.Of(key), StringComparison.Ordinal) == true
        && comment.GetProperty("user").GetProperty("type").GetString() == "Bot");

    /// <summary>
    /// A permission by its base role, to which GitHub reduces others (maintain to write, triage to read, a custom role to the one
    /// it is based on; `role_name` would be the role itself). One that is not known gives none.
    /// </summary>
    public static Permission Permission(JsonElement answer) => answer.GetProperty("permission").GetString() switch
    {
        "admin" => Ports.Permission.Admin,
        "write" => Ports.Permission.Write,
        "read" => Ports.Permission.Read,
        _ => Ports.Permission.None,
    };

    /// <summary>The paths of a page of files; a renamed file counts under both names.</summary>
    public static IReadOnlyList<string> Paths(JsonElement page) => [.. page.EnumerateArray().SelectMany(file =>
        file.TryGetProperty("previous_filename", out JsonElement before)
            ? new[] { before.GetString()!, file.GetProperty("filename").GetString()! }
            : [file.GetProperty("filename").GetString()!])];

    /// <summary>A pull request, but for its paths and the merge base, which are asked for apart.</summary>
    public static PullRequest PullRequest(JsonElement pull, string mergeBase, IReadOnlyList<string> paths, string? key) => new(
        pull.GetProperty("number").GetInt32(),
        pull.GetProperty("merged_at").ValueKind != JsonValueKind.Null ? PullRequestState.Merged
            : pull.GetProperty("state").GetString() == "open" ? PullRequestState.Open : PullRequestState.Closed,
        pull.GetProperty("head").GetProperty("sha").GetString()!,
        mergeBase,
        pull.GetProperty("base").GetProperty("ref").GetString()!,
        // An account that was deleted is null, and shown by GitHub as the user ghost.
        pull.GetProperty("user") is { ValueKind: JsonValueKind.Object } user ? user.GetProperty("login").GetString()! : "ghost",
        $"{pull.GetProperty("title").GetString()}\n\n{pull.GetProperty("body").GetString()}",
        paths,
        key);

    public static IReadOnlyList<HookDelivery> Deliveries(JsonElement page) => [.. page.EnumerateArray().Select(one => new HookDelivery(
        one.GetProperty("id").GetInt64(), one.GetProperty("guid").GetString()!, one.GetProperty("delivered_at").GetDateTimeOffset(), one.GetProperty("status_code").GetInt32()))];
}
