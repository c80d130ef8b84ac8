using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Reviews;

namespace LlmOps.Inbox.GitHub;

/// <summary>Tells the events that have an effect from the many that have none.</summary>
public static class ReadGitHubEvent
{
    private const string NoCommit = "0000000000000000000000000000000000000000";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Whether events of a name may have an effect; of all others not even the body is read.</summary>
    public static bool IsHeard(string? name) => name is "push" or "pull_request" or "issue_comment" or "check_run";

    /// <summary>
    /// The event that a body tells of, or null when it has no effect; throws <see cref="InvalidDataException"/> when it is
    /// not what GitHub sends under that name.
    /// </summary>
    public static GitHubEvent? Of(string name, ReadOnlyMemory<byte> body, ControlPlaneOptions options)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body, Strict);
            Payload payload = new(document.RootElement);
            string repository = payload.Text("repository.full_name");
            bool ours = options.GitHubRepository.Length == 0 || string.Equals(repository, options.GitHubRepository, StringComparison.OrdinalIgnoreCase);
            return !ours ? null : name switch
            {
                "push" => Push(payload, options.Branch),
                "pull_request" => PullRequest(payload, options.Branch),
                "issue_comment" => Comment(payload),
                "check_run" => Check(payload, body),
                _ => null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"a {name} event that cannot be read as JSON: {error.Message}", error);
        }
    }

    private static GitHubEvent.Pushed? Push(Payload payload, string branch) =>
        payload.Text("ref") == $"refs/heads/{branch}" && payload.Text("after") is var after && after != NoCommit
            ? new GitHubEvent.Pushed($"push/{payload.Text("before")}..{after}")
            : null;

    private static GitHubEvent.PullRequestChanged? PullRequest(Payload payload, string branch)
    {
        string action = payload.Text("action");
        bool heard = action is "opened" or "synchronize" or "reopened" || (action == "edited" && (payload.Has("changes.base") || payload.Has("changes.body")));
        if (!heard || payload.Text("pull_request.base.ref") != branch)
        {
            return null;
        }
        int number = payload.Number("pull_request.number");
        DateTimeOffset at = payload.Time("pull_request.updated_at");
        return new GitHubEvent.PullRequestChanged(
            FormattableString.Invariant($"pull_request/{number}/{action}/{payload.Text("pull_request.head.sha")}/{at:O}"), number, at);
    }

    // Edited comments are other events: what was agreed to must not change under the hands of those who agreed.
    private static GitHubEvent.CommandWritten? Comment(Payload payload)
    {
        string line = CommentCommand.FirstLine(payload.Text("comment.body"));
        return payload.Text("action") == "created" && payload.Text("comment.user.type") != "Bot" && CommentCommand.IsCommand(line)
            ? new GitHubEvent.CommandWritten(
                FormattableString.Invariant($"comment/{payload.Long("comment.id")}"), payload.Number("issue.number"),
                payload.Text("comment.user.login"), line, payload.Time("comment.created_at"))
            : null;
    }

    private static GitHubEvent? Check(Payload payload, ReadOnlyMemory<byte> body)
    {
        if (!payload.Text("check_run.name").StartsWith(CheckNames.Prefix, StringComparison.Ordinal))
        {
            return null;
        }
        string reference = payload.Text("check_run.external_id");
        // A check's event has no time of its own; its bytes are the same in each delivery of it.
        string key = FormattableString.Invariant($"check_run/{payload.Long("check_run.id")}/{Convert.ToHexStringLower(SHA256.HashData(body.Span))}");
        return payload.Text("action") switch
        {
            "rerequested" => new GitHubEvent.CheckAsked(key, reference),
            "requested_action" => new GitHubEvent.ButtonPressed(key, reference, payload.Text("requested_action.identifier"), payload.Text("sender.login")),
            _ => null,
        };
    }
}
