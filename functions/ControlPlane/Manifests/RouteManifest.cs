using LlmOps.Manifests.Dialects;

namespace LlmOps.Manifests;

/// <summary>The weights of a model's slots. Its own reading and writing is that of a Gateway API HTTPRoute.</summary>
public sealed record RouteManifest(int Blue, int Green)
{
    /// <summary>The weight of a slot.</summary>
    public int Of(string slot) => slot == Slots.Blue ? Blue : Green;

    /// <summary>Weights that give a slot this share in percent, and the other slot the rest.</summary>
    public static RouteManifest Share(string slot, int percent) =>
        slot == Slots.Blue ? new RouteManifest(percent, 100 - percent) : new RouteManifest(100 - percent, percent);

    /// <summary>The only slot with weight, or null when none or both have some.</summary>
    public string? OnlySlot => (Blue, Green) switch
    {
        ( > 0, 0) => Slots.Blue,
        (0, > 0) => Slots.Green,
        _ => null,
    };

    /// <summary>Reads the weights from an HTTPRoute's file; throws <see cref="ManifestException"/>.</summary>
    public static RouteManifest Read(string model, string file, string text) => Find(model, file, text).Read(HttpRoute.MostWeight);

    /// <summary>The HTTPRoute's text with these weights; all else as it was.</summary>
    public string WriteTo(string model, string file, string text)
    {
        string written = Find(model, file, text).Write(this);
        return Read(model, file, written) == this ? written : throw new ManifestException(file, "cannot be edited in place: write both weights as plain numbers");
    }

    private static RouteScalars Find(string model, string file, string text) =>
        HttpRoute.Find(file, text, $"{model}-{Slots.Blue}", $"{model}-{Slots.Green}");
}
