using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Slots are LLMInferenceServices. Their group and weights, fields of the same objects, stand in route.yaml as a Kustomize
/// patch, so that a rollback touches no version. A slot is emptied by KServe's stop annotation, which also takes it out of
/// the routes.
/// </summary>
internal sealed class KserveLlmDialect : IManifestDialect
{
    private const string Kind = "LLMInferenceService";
    private const string ApiVersion = "serving.kserve.io/v1alpha2";

    public string Name => "kserve-llm";

    public SlotManifest ReadSlot(SlotFile file) => Slot(file).Read();

    public string WriteSlot(SlotFile file, SlotManifest slot) => this.Checked(file, slot, Slot(file).Write(slot));

    public RouteManifest ReadRoute(RouteFile file) => LlmWeights.Shares(Route(file).Read(HttpRoute.MostWeight));

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle)
    {
        RouteScalars route = Route(file);
        return this.Checked(file, weights, route.Write(LlmWeights.Written(route.Read(HttpRoute.MostWeight), weights, idle)));
    }

    private static SlotScalars Slot(SlotFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        YamlMappingNode service = yaml.OfKind(Kind, ApiVersion);
        string name = $"{file.Model}-{file.Slot}";
        if (yaml.Scalar(service, "metadata", "name").Value != name)
        {
            throw new ManifestException(file.Path, $"'metadata.name' must be {name}: route.yaml knows the slot by it");
        }
        if (yaml.Scalar(service, "spec", "model", "name").Value != file.Model)
        {
            throw new ManifestException(file.Path, $"'spec.model.name' must be {file.Model} in both slots: KServe shares traffic out only between members of one model name");
        }
        YamlNode router = yaml.At(service, "spec", "router");
        if (YamlText.Optional(router, "route") is { } route && (YamlText.Optional(route, "group") ?? YamlText.Optional(route, "weight")) is { } weight)
        {
            throw new ManifestException(file.Path, $"line {weight.Start.Line}: group and weight belong in route.yaml, so that a rollback touches no version");
        }
        return SlotScalars.Of(yaml, file.Path, yaml.At(service, "spec", "annotations"), yaml.Scalar(service, "spec", "replicas")) with
        {
            Location = yaml.Scalar(service, "spec", "model", "uri"),
            Stop = yaml.Scalar(service, "metadata", "annotations", "serving.kserve.io/stop"),
        };
    }

    private static RouteScalars Route(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        List<YamlMappingNode> patches = yaml.Mappings().ToList();
        if (patches.Count != 2)
        {
            throw new ManifestException(file.Path, $"must hold two patches of kind {Kind}, one a slot");
        }
        (YamlNode blue, YamlNode green) = (Patch(yaml, file, patches, Slots.Blue), Patch(yaml, file, patches, Slots.Green));
        string? group = yaml.Scalar(blue, "group").Value;
        return group == yaml.Scalar(green, "group").Value
            ? new RouteScalars(yaml, file.Path, yaml.Scalar(blue, "weight"), yaml.Scalar(green, "weight"))
            : throw new ManifestException(file.Path, "both slots must be in one 'spec.router.route.group', or each serves alone");
    }

    // A patch that set anything else would win over blue.yaml and green.yaml without their saying so.
    private static YamlNode Patch(YamlText yaml, RouteFile file, List<YamlMappingNode> patches, string slot)
    {
        string name = $"{file.Model}-{slot}";
        List<YamlMappingNode> found = patches.Where(patch => yaml.Scalar(patch, "metadata", "name").Value == name).ToList();
        if (found is not [var patch] || yaml.Scalar(patch, "kind").Value != Kind || yaml.Scalar(patch, "apiVersion").Value != ApiVersion)
        {
            throw new ManifestException(file.Path, $"must hold one patch of kind {Kind}, {ApiVersion}, named {name}");
        }
        bool onlyWeights = Holds(patch, "apiVersion", "kind", "metadata", "spec") && Holds(yaml.At(patch, "metadata"), "name", "namespace")
            && Holds(yaml.At(patch, "spec"), "router") && Holds(yaml.At(patch, "spec", "router"), "route")
            && Holds(yaml.At(patch, "spec", "router", "route"), "group", "weight");
        return onlyWeights
            ? yaml.At(patch, "spec", "router", "route")
            : throw new ManifestException(file.Path, $"the patch of {name} may hold its name, 'spec.router.route.group' and 'spec.router.route.weight', and nothing else");
    }

    private static bool Holds(YamlNode node, params string[] keys) =>
        node is YamlMappingNode mapping && mapping.Children.Keys.All(key => key is YamlScalarNode { Value: { } name } && keys.Contains(name));
}
