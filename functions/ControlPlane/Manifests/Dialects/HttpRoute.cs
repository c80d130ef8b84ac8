using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>The weights of two Services in a Gateway API HTTPRoute. Filters are people's, but for a RequestMirror to one of the two.</summary>
internal static class HttpRoute
{
    /// <summary>The greatest weight of a backend (Gateway API, apis/v1/shared_types.go).</summary>
    public const int MostWeight = 1_000_000;

    /// <summary>
    /// Finds the weights. Exactly the two slots stand under one rule: a third backend would take a share that no rollback takes
    /// back, and a slot that is missing could not get its share again without one. A weight that is left out would mean 1.
    /// </summary>
    public static RouteScalars Find(string file, string text, string blue, string green)
    {
        YamlText yaml = new(file, text);
        (_, YamlSequenceNode backends) = Rule(yaml, file);
        if (backends.Children.Count != 2)
        {
            throw new ManifestException(file, $"must name the two slots {blue} and {green} once each under backendRefs, and nothing else");
        }
        return new RouteScalars(yaml, file, Weight(yaml, file, backends, blue), Weight(yaml, file, backends, green));
    }

    /// <summary>The route's only rule and its backends.</summary>
    public static (YamlMappingNode Rule, YamlSequenceNode Backends) Rule(YamlText yaml, string file) =>
        yaml.At(yaml.OfKind("HTTPRoute"), "spec", "rules") is YamlSequenceNode { Children: [YamlMappingNode rule] }
            && yaml.At(rule, "backendRefs") is YamlSequenceNode backends
            ? (rule, backends)
            : throw new ManifestException(file, "must hold one rule with backendRefs");

    private static YamlScalarNode Weight(YamlText yaml, string file, YamlSequenceNode backends, string name)
    {
        List<YamlNode> found = backends.Children.Where(backend => yaml.Scalar(backend, "name").Value == name).ToList();
        return found.Count == 1
            ? yaml.Scalar(found[0], "weight")
            : throw new ManifestException(file, $"must name {name} once under backendRefs");
    }
}
