using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Kubernetes;

/// <summary>
/// Where the pods of a slot are found, by the dialect that its object is of. <see cref="Declared"/> is what that object says
/// while its controller runs no pods: before it has looked, or while the slot is stopped.
/// </summary>
public sealed record SlotPlace(string? Deployment, string? Configuration, string Service, DeclaredSlot? Declared)
{
    /// <summary>The name of the object that is a slot, in every dialect.</summary>
    public static string Name(string model, string slot) => $"{model}-{slot}";

    /// <summary>Gateway API and Istio: a Deployment, with a Service of its name.</summary>
    public static SlotPlace OfDeployment(string name) => new(name, null, name, null);

    /// <summary>KServe: an InferenceService in Standard or Knative mode; throws for another, as its manifest is refused too.</summary>
    public static SlotPlace OfInferenceService(JsonElement service)
    {
        // KServe, pkg/constants, PredictorServiceName.
        string predictor = $"{service.Name()}-predictor";
        JsonElement spec = service.At("spec", "predictor");
        DeclaredSlot declared = DeclaredSlot.Of(spec.At("annotations"), spec.Whole("minReplicas") ?? 1);
        return service.Text("metadata", "annotations", "serving.kserve.io/deploymentMode") switch
        {
            "Standard" or "RawDeployment" => new(predictor, null, predictor, declared),
            "Knative" or "Serverless" => new(null, predictor, predictor, declared),
            var mode => throw new ApiRefusedException($"InferenceService {service.Name()} is of deployment mode '{PlainText.OneLine(mode ?? "", 50)}'; known are Standard and Knative"),
        };
    }

    /// <summary>KServe: an LLMInferenceService on one node; one that is stopped has no Deployment and no Service.</summary>
    public static SlotPlace OfLlmInferenceService(JsonElement service)
    {
        bool stopped = "true".Equals(service.Text("metadata", "annotations", "serving.kserve.io/stop"), StringComparison.OrdinalIgnoreCase);
        // KServe, pkg/controller/v1alpha2/llmisvc: mainDeploymentName, workloadServiceName.
        return new($"{service.Name()}-kserve", null, $"{service.Name()}-kserve-workload-svc",
            DeclaredSlot.Of(service.At("spec", "annotations"), stopped ? 0 : service.Whole("spec", "replicas") ?? 1));
    }
}

/// <summary>A slot as its own object wants it.</summary>
public sealed record DeclaredSlot(string Version, string Digest, int Replicas)
{
    public static DeclaredSlot Of(JsonElement annotations, long replicas)
    {
        (string version, string digest) = PodTemplate.Release(annotations);
        return new DeclaredSlot(version, digest, (int)replicas);
    }

    /// <summary>It as a slot without pods.</summary>
    public SlotStatus Status(Uri endpoint) => new(Version, Digest, Replicas, 0, endpoint);
}
