using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Kubernetes;

/// <summary>
/// Which models a Kustomization is suspended for, written on it: it follows Git again when the last one is given back. What
/// a person suspended before stays suspended.
/// </summary>
public static class FluxSuspension
{
    private const string PastGit = "llmops.dev/past-git";
    private const string SuspendedBefore = "llmops.dev/suspended-before";

    /// <summary>The patch that suspends it for a model, too; null when it is. With the version that it was computed from.</summary>
    public static JsonObject? Suspend(JsonElement kustomization, string model)
    {
        SortedSet<string> owed = Owed(kustomization);
        bool suspended = kustomization.Flag("spec", "suspend") == true;
        if (suspended && owed.Contains(model))
        {
            return null;
        }
        JsonObject annotations = [];
        if (suspended && owed.Count == 0)
        {
            annotations[SuspendedBefore] = "true";
        }
        owed.Add(model);
        annotations[PastGit] = string.Join(',', owed);
        return Patch(kustomization, annotations, suspend: true);
    }

    /// <summary>The patch that gives a model back, and lets Flux follow Git after the last one; null when it is not owed.</summary>
    public static JsonObject? Resume(JsonElement kustomization, string model)
    {
        SortedSet<string> owed = Owed(kustomization);
        if (!owed.Remove(model))
        {
            return null;
        }
        if (owed.Count > 0)
        {
            return Patch(kustomization, new JsonObject { [PastGit] = string.Join(',', owed) }, suspend: null);
        }
        bool person = kustomization.Text("metadata", "annotations", SuspendedBefore) == "true";
        return Patch(kustomization, new JsonObject { [PastGit] = null, [SuspendedBefore] = null }, suspend: person ? null : false);
    }

    /// <summary>Whether giving this model back lets Flux follow Git.</summary>
    public static bool IsLast(JsonElement kustomization, string model) => Owed(kustomization).SetEquals([model]);

    private static JsonObject Patch(JsonElement kustomization, JsonObject annotations, bool? suspend)
    {
        JsonObject patch = new()
        {
            ["metadata"] = new JsonObject { ["resourceVersion"] = kustomization.Text("metadata", "resourceVersion"), ["annotations"] = annotations },
        };
        if (suspend is { } value)
        {
            patch["spec"] = new JsonObject { ["suspend"] = value };
        }
        return patch;
    }

    private static SortedSet<string> Owed(JsonElement kustomization) => new(
        (kustomization.Text("metadata", "annotations", PastGit) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), StringComparer.Ordinal);
}
