using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>
/// Judges a pull request that the release loop opened: it is good as long as its release waits for it. One that was left behind,
/// by a rollback above all, would move traffic to a version that nobody wants there any more.
/// </summary>
public sealed class JudgeProposal(ReleaseStore store)
{
    public async Task<Finding> Handle(string key, CancellationToken cancellation)
    {
        if (CheckNames.ReleaseIn(key.Split('/')[0]) is not var (model, version, _) || (await store.Read(model, version, cancellation))?.Value is not { } release)
        {
            return Finding.Ask("no release is known that it could be for");
        }
        IReadOnlyList<Release> others = [.. (await store.List(model, cancellation)).Where(other => other.Version != version && other.Phase.IsUnderway())];
        return Decide(key, release, others);
    }

    /// <summary>Decides by the change's key, the release as it stands, and the others of its model that are under way.</summary>
    public static Finding Decide(string key, Release release, IReadOnlyList<Release> underway)
    {
        string slot = key.Split('/')[^1];
        bool waits = key.StartsWith($"{release.Key}/", StringComparison.Ordinal) && (key[release.Key.Length..].Split('/')[1], release.Phase) switch
        {
            ("stage", Phase.Verified or Phase.Staging) => true,
            ("step", Phase.Progressing) => true,
            // A slot that somebody else runs in, or that a rollback went back to, is not emptied by what was left open.
            ("empty", Phase.Guarded) => release.Slot is { } own && slot == Slots.Other(own),
            ("empty", _) => slot == release.Slot && !release.Closed && release.Phase is not (Phase.Progressing or Phase.Promoted) && underway.All(other => other.Slot != slot),
            _ => false,
        };
        return waits
            ? Finding.Good($"the release loop proposes it for {release.Id} ({release.Phase})")
            : Finding.Wrong($"{release.Id} ({release.Phase}) does not wait for it any more: close it");
    }
}
