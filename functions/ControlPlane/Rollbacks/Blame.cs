using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>What to do about a firing alert, and why.</summary>
public abstract record BlameDecision(string Reason)
{
    /// <summary>The release is to blame: revert it.</summary>
    public sealed record RollBack(string Reason) : BlameDecision(Reason);

    /// <summary>Something is wrong that a revert would not mend: people are told.</summary>
    public sealed record Escalate(string Reason) : BlameDecision(Reason);

    /// <summary>It concerns nothing that is live: it is only recorded.</summary>
    public sealed record Ignore(string Reason) : BlameDecision(Reason);
}

/// <summary>How the version in the other slot answers now.</summary>
public enum WarmSlot
{
    /// <summary>Means: it answers well.</summary>
    Good,

    /// <summary>Means: it is positively known to fail too.</summary>
    Bad,

    /// <summary>Means: there was no telling in the time allowed.</summary>
    Unknown,
}

/// <summary>Decides, purely, whether an alert is a release's fault and whether going back would mend it.</summary>
public static class Blame
{
    /// <summary>
    /// The release that an alert concerns: the one of its version, or, where the alert names none, the one on its way to the
    /// traffic, or else the one that serves. Other settings of a version are told from it by the slot.
    /// </summary>
    public static Release? Concerned(Alert alert, IReadOnlyList<Release> releases) => alert.Version is { Length: > 0 } version
        ? releases.LastOrDefault(release => release.Settings?.Of == version && IsOf(alert, release))
            ?? releases.FirstOrDefault(release => release.Version == version)
        : releases.LastOrDefault(HasUsers) ?? Last(releases);

    private static bool IsOf(Alert alert, Release settings) => HasTraffic(settings)
        ? (alert.Slot ?? settings.Slot) == settings.Slot
        : settings is { Phase: Phase.RolledBack, Closed: false } && alert.Slot == settings.Slot;

    // The release that was promoted last of those that still count: it serves where no other has traffic.
    private static Release? Last(IReadOnlyList<Release> releases) =>
        releases.Where(release => release.Phase is Phase.Promoted or Phase.Guarded or Phase.Done).MaxBy(release => release.PromotedAt);

    /// <summary>
    /// Decides on what is in our own records: whether the alert's labels match a release that has traffic, began after
    /// it got some, and may be rolled back. A <see cref="BlameDecision.RollBack"/> still needs the warm slot's answer.
    /// </summary>
    public static BlameDecision Decide(Alert alert, IReadOnlyList<Release> releases, TimeSpan cooldown, DateTimeOffset now)
    {
        if (Concerned(alert, releases) is not { } release)
        {
            return new BlameDecision.Ignore(
                releases.Count == 0 ? $"no release of model '{alert.Model}' is known" : $"no release of {alert.Model} has version '{alert.Version}' and traffic");
        }
        if (release.Phase == Phase.RolledBack)
        {
            return new BlameDecision.Ignore($"{release.Id} is rolled back already");
        }
        if (!HasUsers(release))
        {
            // An alert may come late: what counts is who had the traffic when it began.
            if (releases.FirstOrDefault(other => other.Phase == Phase.RolledBack && other.Champion == release.Version
                && other.PromotedAt <= alert.StartsAt && alert.StartsAt < other.PhaseSince) is { } then)
            {
                return new BlameDecision.Ignore($"{then.Id} had all the traffic when it began");
            }
            return release.Phase == Phase.Done && Last(releases)?.Runs == release.Runs
                ? new BlameDecision.Escalate($"the guard window of {release.Id} has ended: no version is warm to go back to")
                : new BlameDecision.Ignore($"{release.Id} ({release.Phase}) has no traffic");
        }
        if (release.Champion is null)
        {
            return new BlameDecision.Escalate($"{release.Id} is the first release: there is no last good version");
        }
        if (release.Phase == Phase.Guarded && release.GuardUntil < now && alert.StartsAt > release.GuardUntil)
        {
            return new BlameDecision.Escalate($"the guard window of {release.Id} had ended when the alert began");
        }
        DateTimeOffset since = release.TrafficSince ?? release.Rollout?.Shadow?.Until ?? release.PhaseSince;
        if (alert.StartsAt < since)
        {
            return new BlameDecision.Escalate($"the alert began at {alert.StartsAt:u}, before {release.Id} had traffic ({since:u})");
        }
        if (releases.FirstOrDefault(other => other.Phase == Phase.RolledBack && now - other.PhaseSince < cooldown) is { } recent)
        {
            return new BlameDecision.Escalate($"{recent.Id} was rolled back {(now - recent.PhaseSince).TotalSeconds:F0} s ago; rollbacks rest for {DurationText.Of(cooldown)}");
        }
        return new BlameDecision.RollBack($"{alert.Name} on {release.Id}: {alert.Summary}");
    }

    /// <summary>Takes the warm slot's answer into account: only positive evidence that it fails too stops a rollback.</summary>
    public static BlameDecision Confirm(BlameDecision decision, WarmSlot probe, string champion) =>
        decision is BlameDecision.RollBack && probe == WarmSlot.Bad
            ? new BlameDecision.Escalate($"the version to go back to, {champion}, fails too: {decision.Reason}")
            : decision;

    /// <summary>
    /// Whether a release has, or is about to have, traffic that a rollback could take away. While it progresses, Git may
    /// give it traffic before its record says so.
    /// </summary>
    public static bool HasTraffic(Release release) =>
        HasUsers(release) || release.InShadow;

    /// <summary>The same without a shadow, whose answers nobody meets: an alert is not about those.</summary>
    private static bool HasUsers(Release release) => !release.InShadow
        && (release.Phase is Phase.Progressing or Phase.Promoted or Phase.Guarded || (release.Phase == Phase.Stalled && release.TrafficSince is not null));
}
