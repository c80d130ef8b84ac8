using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// A slot that is a KServe InferenceService of its own, named `model-slot`. KServe's own canaries keep two versions in one
/// object, which cannot keep the way back: they are refused, with the reason.
/// </summary>
internal static class InferenceServiceSlot
{
    private const string Group = "serving.kserve.io";

    /// <summary>Finds the slot's scalars in an InferenceService of one of these deployment modes, the current name first.</summary>
    public static SlotScalars Find(SlotFile file, params ReadOnlySpan<string> modes)
    {
        YamlText yaml = new(file.Path, file.Text);
        YamlMappingNode service = yaml.OfKind("InferenceService", $"{Group}/v1beta1");
        string name = $"{file.Model}-{file.Slot}";
        if (yaml.Scalar(service, "metadata", "name").Value != name)
        {
            throw new ManifestException(file.Path, $"'metadata.name' must be {name}: the route knows the slot by it");
        }
        string? mode = yaml.Scalar(service, "metadata", "annotations", $"{Group}/deploymentMode").Value;
        if (mode is null || !modes.Contains(mode))
        {
            throw new ManifestException(file.Path, $"the deployment mode is '{mode}'; this dialect needs '{Group}/deploymentMode: {modes[0]}'");
        }
        Refuse(yaml, file, service);
        YamlNode predictor = yaml.At(service, "spec", "predictor");
        return SlotScalars.Of(yaml, file.Path, yaml.At(predictor, "annotations"), yaml.Scalar(predictor, "minReplicas")) with
        {
            Location = yaml.Scalar(predictor, "model", "storageUri"),
        };
    }

    /// <summary>Throws where KServe would refuse the replicas that are to be written.</summary>
    public static void CheckBound(SlotScalars slot, SlotFile file, int replicas)
    {
        YamlNode predictor = slot.Yaml.At(slot.Yaml.OfKind("InferenceService"), "spec", "predictor");
        if (YamlText.Optional(predictor, "maxReplicas") is YamlScalarNode most && slot.Yaml.Number(most) is > 0 and var bound && replicas > bound)
        {
            throw new ManifestException(file.Path, $"line {most.Start.Line}: 'maxReplicas' is {bound}, but the slot needs {replicas} replicas: raise it");
        }
    }

    private static void Refuse(YamlText yaml, SlotFile file, YamlMappingNode service)
    {
        YamlNode spec = yaml.At(service, "spec");
        foreach (string component in new[] { "transformer", "explainer" }.Where(component => YamlText.Optional(spec, component) is not null))
        {
            throw new ManifestException(file.Path, $"'spec.{component}' would be passed by: the route goes to the slots' predictors");
        }
        if (YamlText.Optional(spec, "canary") is YamlNode canary)
        {
            throw new ManifestException(file.Path, $"line {canary.Start.Line}: 'spec.canary' keeps two versions and their weights in one object, "
                + "takes replicas from the version to go back to, and cannot be emptied on one side: leave it out, put the versions in blue.yaml and green.yaml and the weights in route.yaml");
        }
        YamlNode predictor = yaml.At(spec, "predictor");
        if (YamlText.Optional(predictor, "canaryTrafficPercent") is YamlNode percent)
        {
            throw new ManifestException(file.Path, $"line {percent.Start.Line}: 'canaryTrafficPercent' splits revisions of one object: after promotion Git does not name the former one, "
                + "and reverting its storageUri starts it cold; outside Knative it is ignored. Leave it out, put the versions in blue.yaml and green.yaml and the weights in route.yaml");
        }
        if (YamlText.Optional(predictor, "name") is not null)
        {
            throw new ManifestException(file.Path, "'spec.predictor.name' renames what the route points at: leave it out");
        }
        if (YamlText.Optional(yaml.At(service, "metadata", "annotations"), $"{Group}/stop") is YamlScalarNode { Value: not "false" })
        {
            throw new ManifestException(file.Path, $"'{Group}/stop' deletes what the route points at: leave it out, 'minReplicas: 0' empties the slot");
        }
    }
}
