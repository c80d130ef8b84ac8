namespace LlmOps.Releases;

/// <summary>Whose turn it is: a model has one slot for candidates, so its releases go one after the other.</summary>
internal static class ReleaseTurn
{
    /// <summary>The release that a verified one of the same model waits for, or null when it is its turn.</summary>
    public static Release? Ahead(Release release, IEnumerable<Release> ofModel) => ofModel.FirstOrDefault(other =>
        other.Version != release.Version && (other.Phase.IsUnderway() || ComesFirst(other, release)));

    // Of two that wait, the one that was uploaded first is staged first; before any stand the settings that the slot holds.
    private static bool ComesFirst(Release other, Release release) =>
        other.Phase is Phase.Uploaded or Phase.Verified
        && (other.Settings is null, other.UploadedAt, other.Version).CompareTo((release.Settings is null, release.UploadedAt, release.Version)) < 0;
}
