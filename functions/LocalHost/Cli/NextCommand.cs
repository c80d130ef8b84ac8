using LlmOps.Releases;

namespace LlmOps.LocalHost.Cli;

/// <summary>Which command lets a release go on that waits for a person.</summary>
internal static class NextCommand
{
    /// <summary>The commands as a line for people; null while a release needs nobody.</summary>
    public static string? Of(Release release) => release switch
    {
        { Phase: Phase.AwaitingApproval } => $"`{Order("approve", release)}` or `{Order("reject", release)}`",
        { Phase: Phase.Progressing, Held: not null } => $"`{Order("resume", release)}`, or `llmops rollback {release.Model} --reason …`",
        { Phase: Phase.Stalled, TrafficSince: not null } =>
            $"`{Order("resume", release)}` gives the step its time again, `{Order("promote", release)}` skips it, `llmops rollback {release.Model} --reason …` goes back",
        { Phase: Phase.Stalled or Phase.Refused or Phase.Rejected or Phase.Superseded, Closed: true } => $"`{Order("retry", release)}` starts a new attempt",
        { Phase: Phase.RolledBack, Closed: true } => $"when its digest is out of quarantine.yaml, `{Order("retry", release)}` starts a new attempt",
        _ => null,
    };

    private static string Order(string verb, Release release) => $"llmops {verb} {release.Id} --reason …";
}
