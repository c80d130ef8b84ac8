using System.Globalization;

namespace LlmOps.Reviews.Api;

/// <summary>GitHub's limits let no request pass before a time that is too far off to wait for.</summary>
public sealed class GitHubLimitedException(DateTimeOffset until)
    : Exception(string.Create(CultureInfo.InvariantCulture, $"GitHub's rate limit lets no such request pass before {until.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC"))
{
    public DateTimeOffset Until => until;
}
