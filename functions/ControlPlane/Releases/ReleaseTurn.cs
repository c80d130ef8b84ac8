using LlmOps.Audit;

namespace LlmOps.Releases;

/// <summary>Whose turn it is: a model has one slot for candidates, so its releases go one after the other.</summary>
internal static class ReleaseTurn
{
    /// <summary>The release that a verified one of the same model waits for, or null when it is its turn.</summary>
    public static Release? Ahead(Release release, IEnumerable<Release> ofModel) => ofModel.FirstOrDefault(other =>
        other.Version != release.Version && (other.Phase.IsUnderway() || other is { Phase: Phase.Refused or Phase.Superseded, Closed: false } || ComesFirst(other, release)));

    /// <summary>The end of a verified release whose news came too late: what was uploaded after it is not taken back by it. Null when it is not so.</summary>
    public static PhaseOutcome.Moved? Superseded(Release release, IEnumerable<Release> ofModel) => Overtaken(release, ofModel) is { } later
        ? new PhaseOutcome.Moved(
            release with { Phase = Phase.Superseded, Closed = true },
            new AuditFact($"{release.Key}/Superseded", "Superseded", release.Model, release.Version,
                $"{later.Id} was uploaded later and serves: the news of {release.Id} came too late"))
        : null;

    // News of an upload may come hours late; who tries it again means it.
    private static Release? Overtaken(Release release, IEnumerable<Release> others) => release.Settings is not null || release.Attempt > 1 ? null
        : others.LastOrDefault(other => other.Settings is null && other.Phase is Phase.Done && other.UploadedAt > release.UploadedAt);

    // Of two that wait, the one that was uploaded first is staged first; before any stand the settings that the slot holds.
    private static bool ComesFirst(Release other, Release release) =>
        other.Phase is Phase.Uploaded or Phase.Verified
        && (other.Settings is null, other.UploadedAt, other.Version).CompareTo((release.Settings is null, release.UploadedAt, release.Version)) < 0;
}
