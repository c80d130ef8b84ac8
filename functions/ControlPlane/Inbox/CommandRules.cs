using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>What every command must have, whatever the release.</summary>
internal static class CommandRules
{
    public const string Rollback = "rollback";
    public const string Resume = "resume";

    private const int LongestName = 100;
    private const int LongestReason = 300;
    private const int LongestKey = 200;

    private static readonly string[] Verbs = ["approve", "reject", "hold", Resume, "promote", "retry", Rollback];

    /// <summary>What is wrong with a command, or null.</summary>
    public static string? Fault(ReleaseCommand command) => command switch
    {
        _ when !Verbs.Contains(command.Verb) => $"'{PlainText.OneLine(command.Verb ?? "", LongestName)}' is not a command; known are {string.Join(", ", Verbs)}",
        _ when command.Model is null || !Names.IsModel(command.Model) => "the model's name must match [a-z0-9]([a-z0-9-]*[a-z0-9])?",
        { Version: { } version } when !Names.IsVersion(version) => "the version must be a SemVer such as 1.2.0",
        _ when IsEmpty(command.By) => "say who orders it",
        _ when IsEmpty(command.Reason) => "give a reason: it goes into the log",
        _ when IsEmpty(command.Key) || command.Key.Length > LongestKey => $"give a key of at most {LongestKey} characters: it makes the command one, however often it is sent",
        _ => null,
    };

    /// <summary>The command with its words fit for logs and commits.</summary>
    public static ReleaseCommand Flatten(ReleaseCommand command) => command with
    {
        By = PlainText.OneLine(command.By, LongestName),
        Reason = PlainText.OneLine(command.Reason, LongestReason),
        Source = PlainText.OneLine(command.Source, LongestName),
        Key = PlainText.OneLine(command.Key, LongestKey),
    };

    private static bool IsEmpty(string? text) => text is null || PlainText.OneLine(text).Length == 0;
}
