namespace LlmOps.Manifests;

/// <summary>A slot's file: whose it is, where it stands and what it says.</summary>
public sealed record SlotFile(string Model, string Slot, string Path, string Text);

/// <summary>A route's file: whose it is, where it stands and what it says.</summary>
public sealed record RouteFile(string Model, string Path, string Text);

/// <summary>What a weight of 0 beside traffic means to a router that forgets backends without weight.</summary>
public enum IdleSlot
{
    /// <summary>The slot may get traffic soon: the router keeps its backend known, with the least weight there is.</summary>
    Warm,

    /// <summary>The slot must not get a single request.</summary>
    CutOff,
}

/// <summary>
/// A kind of manifest that the control plane reads and edits: how a slot says its version, digest and replicas, and how a
/// route says the slots' weights. Every edit replaces scalars where they stand; what cannot be read or edited so, or breaks
/// a rule of the two slots, throws <see cref="ManifestException"/>.
/// </summary>
public interface IManifestDialect
{
    /// <summary>Its name in gates.yaml.</summary>
    string Name { get; }

    SlotManifest ReadSlot(SlotFile file);

    /// <summary>The file's text with this version, digest and number of replicas; all else as it was.</summary>
    string WriteSlot(SlotFile file, SlotManifest slot);

    RouteManifest ReadRoute(RouteFile file);

    /// <summary>The file's text with these weights; all else as it was.</summary>
    string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle);
}

/// <summary>A dialect whose route can copy requests to a slot. What is written is taken out again to the byte.</summary>
public interface IMirroringDialect : IManifestDialect
{
    /// <summary>The copies that go to one of the two slots, or null.</summary>
    RouteMirror? ReadMirror(RouteFile file);

    /// <summary>The file's text with these copies, or with none to the slots; all else as it was.</summary>
    string WriteMirror(RouteFile file, RouteMirror? mirror);
}
