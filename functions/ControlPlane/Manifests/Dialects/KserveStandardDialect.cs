using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>Slots are InferenceServices in Standard mode, the route is an HTTPRoute over their predictors' Services.</summary>
internal sealed class KserveStandardDialect : IManifestDialect
{
    private const string Autoscaler = "serving.kserve.io/autoscalerClass";

    public string Name => "kserve-standard";

    public SlotManifest ReadSlot(SlotFile file) => Slot(file).Read();

    public string WriteSlot(SlotFile file, SlotManifest slot)
    {
        SlotScalars scalars = Slot(file);
        InferenceServiceSlot.CheckBound(scalars, file, slot.Replicas);
        return this.Checked(file, slot, scalars.Write(slot));
    }

    public RouteManifest ReadRoute(RouteFile file) => Route(file).Read(HttpRoute.MostWeight);

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle) => this.Checked(file, weights, Route(file).Write(weights));

    // The default autoscaler, an HPA, has a floor of one replica: a slot would never be empty, and its GPU never free.
    private static SlotScalars Slot(SlotFile file)
    {
        SlotScalars slot = InferenceServiceSlot.Find(file, "Standard", "RawDeployment");
        YamlNode annotations = slot.Yaml.At(slot.Yaml.OfKind("InferenceService"), "metadata", "annotations");
        return YamlText.Optional(annotations, Autoscaler) is YamlScalarNode { Value: "none" or "keda" }
            ? slot
            : throw new ManifestException(file.Path, $"needs the annotation '{Autoscaler}: none' (or keda): otherwise 'minReplicas: 0' leaves a replica running");
    }

    private static RouteScalars Route(RouteFile file) =>
        HttpRoute.Find(file.Path, file.Text, $"{file.Model}-{Slots.Blue}-predictor", $"{file.Model}-{Slots.Green}-predictor");
}
