namespace LlmOps.Inbox.GitHub;

/// <summary>
/// What GitHub told that has an effect here. The key is made of what happened, not of the delivery's id, which nobody signs:
/// told again under another id, it is the same. Events that concern the same thing are handled one after the other.
/// </summary>
public abstract record GitHubEvent(string Key, string Concerns)
{
    /// <summary>The reconciled branch has a new head.</summary>
    public sealed record Pushed(string Key) : GitHubEvent(Key, "push");

    /// <summary>A pull request for the reconciled branch is new, or has another head or base; when that was.</summary>
    public sealed record PullRequestChanged(string Key, int Number, DateTimeOffset At) : GitHubEvent(Key, Thread(Number));

    /// <summary>Somebody wrote a command; who, when, and the line.</summary>
    public sealed record CommandWritten(string Key, int Number, string By, string Line, DateTimeOffset At) : GitHubEvent(Key, Thread(Number));

    /// <summary>Somebody wants one of our checks run again.</summary>
    public sealed record CheckAsked(string Key, string Reference) : GitHubEvent(Key, $"check/{Reference}");

    /// <summary>Somebody pressed a button of one of our checks.</summary>
    public sealed record ButtonPressed(string Key, string Reference, string Action, string By) : GitHubEvent(Key, $"check/{Reference}");

    private static string Thread(int number) => FormattableString.Invariant($"thread/{number}");
}
