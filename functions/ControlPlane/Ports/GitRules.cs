using System.Text.RegularExpressions;

namespace LlmOps.Ports;

/// <summary>What may be said to any Git host: the checks that keep a name or a message from meaning more.</summary>
public static partial class GitRules
{
    public static void CheckPath(string path)
    {
        bool hostile = path.Any(c => char.IsControl(c) || c is '"' or '\\')
            || path.Split('/').Any(part => part is "" or "." or ".." || part.Equals(".git", StringComparison.OrdinalIgnoreCase));
        if (hostile)
        {
            throw new ArgumentException($"'{path}' is no path of a file within the repository", nameof(path));
        }
    }

    public static void CheckBranch(string branch)
    {
        if (!Branch().IsMatch(branch) || branch.Contains("..", StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{branch}' is no name of a branch", nameof(branch));
        }
    }

    public static void CheckSha(string sha)
    {
        if (!Sha().IsMatch(sha))
        {
            throw new ArgumentException($"'{sha}' is no SHA of a commit", nameof(sha));
        }
    }

    /// <summary>Refuses a subject or a trailer that would read back as something else, such as a value with a line of its own.</summary>
    public static void CheckMessage(CommitMessage message)
    {
        if (string.IsNullOrWhiteSpace(message.Subject)
            || message.Subject.Any(char.IsControl)
            || message.Body.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException($"'{message.Subject}' is no subject of one line, or its body holds a NUL", nameof(message));
        }
        foreach ((string key, string value) in message.Trailers)
        {
            if (!TrailerKey().IsMatch(key) || value.Any(char.IsControl))
            {
                throw new ArgumentException(
                    $"'{key}' is no trailer: a key of letters, digits and hyphens, a value of one line", nameof(message));
            }
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._/-]*[A-Za-z0-9]\z|\A[A-Za-z0-9]\z")]
    private static partial Regex Branch();

    [GeneratedRegex(@"\A[0-9a-f]{40}\z")]
    private static partial Regex Sha();

    [GeneratedRegex(@"\A[A-Za-z0-9-]+\z")]
    private static partial Regex TrailerKey();
}
