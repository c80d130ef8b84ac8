using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Slots are InferenceServices in Knative mode, the route is a Knative Route that shares the traffic out over their two
/// Configurations. Entries that only give a revision a tagged URL are people's.
/// </summary>
internal sealed class KserveKnativeDialect : IManifestDialect
{
    public string Name => "kserve-knative";

    public SlotManifest ReadSlot(SlotFile file) => Slot(file).Read();

    public string WriteSlot(SlotFile file, SlotManifest slot)
    {
        SlotScalars scalars = Slot(file);
        InferenceServiceSlot.CheckBound(scalars, file, slot.Replicas);
        return this.Checked(file, slot, scalars.Write(slot));
    }

    public RouteManifest ReadRoute(RouteFile file) => Route(file).ReadPercent();

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle) => this.Checked(file, weights, Route(file).Write(weights));

    private static SlotScalars Slot(SlotFile file) => InferenceServiceSlot.Find(file, "Knative", "Serverless");

    private static RouteScalars Route(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        if (yaml.At(yaml.OfKind("Route", "serving.knative.dev/v1"), "spec", "traffic") is not YamlSequenceNode traffic)
        {
            throw new ManifestException(file.Path, "'spec.traffic' must be a list of targets");
        }
        (YamlNode blue, YamlNode green) = (Target(traffic, file, Slots.Blue), Target(traffic, file, Slots.Green));
        if (traffic.Children.Any(target => target != blue && target != green && !IsOnlyTag(target)))
        {
            throw new ManifestException(file.Path, "a target besides the two slots may have a tag, but no percent");
        }
        return new RouteScalars(yaml, file.Path, yaml.Scalar(blue, "percent"), yaml.Scalar(green, "percent"));
    }

    private static YamlNode Target(YamlSequenceNode traffic, RouteFile file, string slot)
    {
        string name = $"{file.Model}-{slot}-predictor";
        List<YamlNode> found = traffic.Children
            .Where(target => YamlText.Optional(target, "configurationName") is YamlScalarNode { Value: { } value } && value == name).ToList();
        return found.Count == 1 ? found[0] : throw new ManifestException(file.Path, $"must name 'configurationName: {name}' once under spec.traffic");
    }

    private static bool IsOnlyTag(YamlNode target) => YamlText.Optional(target, "percent") is null or YamlScalarNode { Value: "0" };
}
