using LlmOps.Manifests;

namespace LlmOps.Reviews;

/// <summary>The texts of a model's manifests at one revision; null where a file is not there.</summary>
public sealed record ModelManifests(string Model, string? Policy, string? Route, string? Blue, string? Green)
{
    public bool IsGone => (Policy, Route, Blue, Green) is (null, null, null, null);

    public static async Task<ModelManifests> Read(string model, GitFiles files) => new(
        model, await files.TryRead(Slots.PolicyPath(model)), await files.TryRead(Slots.RoutePath(model)),
        await files.TryRead(Slots.SlotPath(model, Slots.Blue)), await files.TryRead(Slots.SlotPath(model, Slots.Green)));

    public string? SlotText(string slot) => slot == Slots.Blue ? Blue : Green;

    /// <summary>What a slot runs; null when its file is not there. Throws <see cref="ManifestException"/>.</summary>
    public SlotManifest? Slot(string slot) =>
        SlotText(slot) is { } text ? Dialect().ReadSlot(new SlotFile(Model, slot, Slots.SlotPath(Model, slot), text)) : null;

    /// <summary>The digest of a slot's settings; null when its file is not there. Throws <see cref="ManifestException"/>.</summary>
    public string? Settings(string slot) =>
        SlotText(slot) is { } text ? SlotSettings.Digest(Dialect(), new SlotFile(Model, slot, Slots.SlotPath(Model, slot), text)) : null;

    /// <summary>The weights; null when the file is not there. Throws <see cref="ManifestException"/>.</summary>
    public RouteManifest? Weights() => Route is { } text ? Dialect().ReadRoute(new RouteFile(Model, Slots.RoutePath(Model), text)) : null;

    private IManifestDialect Dialect() => ManifestDialects.Read(Slots.PolicyPath(Model), Policy);
}
