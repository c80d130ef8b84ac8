using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Why a candidate may get nothing of users' requests at a head of Git: its digest is in quarantine, or its slot is not what was measured.</summary>
internal static class CandidateObstacle
{
    /// <summary>The obstacle in words, or null.</summary>
    public static async Task<string?> Of(Release release, GitFiles files, IManifestDialect dialect)
    {
        IReadOnlySet<string> quarantine = await files.Quarantine();
        if (quarantine.Contains(release.Digest) || quarantine.Contains(release.Blamed))
        {
            return $"its digest {release.Blamed} is in quarantine";
        }
        SlotFile slot = await files.SlotFile(release.Model, release.Slot!);
        return release.StagedSettings is { } staged && SlotSettings.Digest(dialect, slot) != staged
            ? $"{slot.Path} was changed after it was staged, and was not measured like this: put it back, or roll the release back"
            : null;
    }
}
