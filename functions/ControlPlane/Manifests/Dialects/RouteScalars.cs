using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>The two scalars of a route's file that hold the weights of the slots.</summary>
internal sealed record RouteScalars(YamlText Yaml, string File, YamlScalarNode Blue, YamlScalarNode Green)
{
    /// <summary>The weights as they are written, each 0 to <paramref name="most"/>.</summary>
    public RouteManifest Read(int most) => new(Weight(Blue, most), Weight(Green, most));

    /// <summary>The weights of a router that takes percentages: together 100.</summary>
    public RouteManifest ReadPercent()
    {
        RouteManifest weights = Read(100);
        return weights.Blue + weights.Green == 100
            ? weights
            : throw new ManifestException(File, $"the weights {weights.Blue} and {weights.Green} must sum to 100: this router takes no other sum, so before the first release one empty slot has 100");
    }

    /// <summary>The text with these weights, and nothing else changed.</summary>
    public string Write(RouteManifest weights)
    {
        Yaml.Set(Blue, weights.Blue.ToString(CultureInfo.InvariantCulture), quoted: false);
        Yaml.Set(Green, weights.Green.ToString(CultureInfo.InvariantCulture), quoted: false);
        return Yaml.Apply();
    }

    private int Weight(YamlScalarNode scalar, int most) =>
        Yaml.Number(scalar) is var weight && weight >= 0 && weight <= most
            ? weight
            : throw new ManifestException(File, $"line {scalar.Start.Line}: the weight {weight} must be 0 to {most}");
}
