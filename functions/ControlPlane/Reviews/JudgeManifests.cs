using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>A version that a change puts into a slot by hand.</summary>
public sealed record ShippedVersion(string Slot, SlotManifest Runs);

/// <summary>Judges, purely, what a change makes of a model's manifests.</summary>
public static class JudgeManifests
{
    /// <summary>What is to be said of the change; <paramref name="ours"/>: the release loop itself proposes it.</summary>
    public static IReadOnlyList<Finding> Decide(ModelManifests before, ModelManifests after, bool ours)
    {
        string policy = Slots.PolicyPath(after.Model);
        if (after.IsGone)
        {
            return [Weighs(before) ? Finding.Wrong($"`{after.Model}` has traffic and would be gone") : Finding.Ask($"removes the model `{after.Model}`")];
        }
        if (after.Policy is null)
        {
            return [Finding.Wrong(before.Policy is null
                ? $"`{policy}` is missing: a model without gates is not released"
                : $"`{policy}` is deleted: a model without gates is not released; until that is merged its gates stay in force, for this change too")];
        }
        List<Finding> findings = [.. Unreadable(policy, () => ModelPolicy.Read(policy, after.Policy))];
        findings.AddRange(Missing(after));
        findings.AddRange(Unreadable(Slots.RoutePath(after.Model), () => after.Weights()));
        findings.AddRange(Slot(after, Slots.Blue).Concat(Slot(after, Slots.Green)));
        if (findings.Count == 0 && !ours)
        {
            findings.AddRange(ByHand(before, after));
        }
        return findings;
    }

    /// <summary>The versions that a change puts into slots; none where the manifests cannot be read, which is judged apart.</summary>
    public static IReadOnlyList<ShippedVersion> Shipped(ModelManifests before, ModelManifests after) =>
        [.. new[] { Slots.Blue, Slots.Green }.Select(slot => (Slot: slot, Was: Try(() => before.Slot(slot)), Is: Try(() => after.Slot(slot))))
            .Where(slot => slot.Is is { Version.Length: > 0 } runs && (runs.Version, runs.Digest) != (slot.Was?.Version, slot.Was?.Digest))
            .Select(slot => new ShippedVersion(slot.Slot, slot.Is!))];

    // The weights are the rollout's own: whoever moves them by hand takes the traffic where nobody measured it.
    private static IEnumerable<Finding> ByHand(ModelManifests before, ModelManifests after)
    {
        RouteManifest weights = after.Weights()!;
        RouteManifest? was = Try(before.Weights);
        if (was is not null && was != weights)
        {
            yield return Finding.Wrong(
                $"`{Slots.RoutePath(after.Model)}`: the weights are edited by hand (blue {was.Blue} → {weights.Blue}, green {was.Green} → {weights.Green}); a rollout or a rollback moves them");
        }
        foreach (string slot in new[] { Slots.Blue, Slots.Green })
        {
            SlotManifest runs = after.Slot(slot)!;
            bool serves = weights.Of(slot) > 0 && runs.Version.Length > 0;
            string path = Slots.SlotPath(after.Model, slot);
            if (serves && runs.Replicas == 0)
            {
                yield return Finding.Wrong($"`{path}`: the slot has {weights.Of(slot)} % of the traffic and no replicas");
            }
            if (Try(() => before.Slot(slot)) is { Version.Length: > 0 } ran && runs.Version.Length == 0 && weights.Of(slot) > 0)
            {
                yield return Finding.Wrong($"`{path}`: {Shown(ran.Version)} has traffic and would be gone");
            }
            if (Try(() => before.Settings(slot)) is { } settings && settings != after.Settings(slot))
            {
                yield return serves
                    ? Finding.Wrong($"`{path}`: the settings of the slot that serves go straight to users; change the other slot, and they are released")
                    : Finding.Note($"`{path}` proposes other settings: merged, they are released as a version is");
            }
        }
    }

    private static IEnumerable<Finding> Missing(ModelManifests after) =>
        new (string Path, string? Text)[]
        {
            (Slots.RoutePath(after.Model), after.Route), (Slots.SlotPath(after.Model, Slots.Blue), after.Blue), (Slots.SlotPath(after.Model, Slots.Green), after.Green),
        }.Where(file => file.Text is null).Select(file => Finding.Wrong($"`{file.Path}` is missing"));

    private static IEnumerable<Finding> Slot(ModelManifests after, string slot) => Unreadable(Slots.SlotPath(after.Model, slot), () => (after.Slot(slot), after.Settings(slot)));

    private static IEnumerable<Finding> Unreadable(string path, Func<object?> read)
    {
        try
        {
            read();
            return [];
        }
        catch (ManifestException error)
        {
            return [Finding.Wrong($"`{path}` cannot be read: {Shown(error.Message)}")];
        }
    }

    private static bool Weighs(ModelManifests manifests) => Try(manifests.Weights) is { } weights
        && new[] { Slots.Blue, Slots.Green }.Any(slot => weights.Of(slot) > 0 && Try(() => manifests.Slot(slot)) is { Version.Length: > 0 });

    private static T? Try<T>(Func<T?> read)
        where T : class
    {
        try
        {
            return read();
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private static string Shown(string text) => MarkdownText.Inline(text, 500);
}
