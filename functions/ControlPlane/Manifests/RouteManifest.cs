using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>The weights of a model's slots in its HTTPRoute (Gateway API).</summary>
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

    /// <summary>Reads the weights from the route's file; throws <see cref="ManifestException"/>.</summary>
    public static RouteManifest Read(string model, string file, string text)
    {
        YamlText yaml = new(file, text);
        return new RouteManifest(Weight(yaml, model, Slots.Blue, file), Weight(yaml, model, Slots.Green, file));
    }

    /// <summary>The file's text with these weights; all else as it was.</summary>
    public string WriteTo(string model, string file, string text)
    {
        YamlText yaml = new(file, text);
        foreach (string slot in new[] { Slots.Blue, Slots.Green })
        {
            yaml.Replace(yaml.Scalar(Backend(yaml, model, slot, file), "weight"), Of(slot).ToString(CultureInfo.InvariantCulture));
        }
        string written = yaml.Apply();
        return Read(model, file, written) == this ? written : throw new ManifestException(file, "cannot be edited in place: write both weights as plain numbers");
    }

    // The Gateway API's bounds (apis/v1/shared_types.go).
    private static int Weight(YamlText yaml, string model, string slot, string file) =>
        yaml.Number(Backend(yaml, model, slot, file), "weight") is var weight and >= 0 and <= 1_000_000
            ? weight
            : throw new ManifestException(file, $"the weight of {model}-{slot} must be 0 to 1000000");

    private static YamlNode Backend(YamlText yaml, string model, string slot, string file)
    {
        YamlNode rules = yaml.At(yaml.OfKind("HTTPRoute"), "spec", "rules");
        if (rules is not YamlSequenceNode { Children: [YamlMappingNode rule] } || yaml.At(rule, "backendRefs") is not YamlSequenceNode backends)
        {
            throw new ManifestException(file, "must hold one rule with backendRefs");
        }
        string name = $"{model}-{slot}";
        List<YamlNode> found = backends.Children.Where(backend => yaml.Scalar(backend, "name").Value == name).ToList();
        if (backends.Children.Count != 2 || found.Count != 1)
        {
            throw new ManifestException(file, $"must name the two slots {model}-blue and {model}-green once each under backendRefs");
        }
        return found[0];
    }
}
