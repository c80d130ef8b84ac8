using System.Text.Json;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>Reads a slot in whatever dialect its object is: a Deployment, or KServe's kinds.</summary>
internal sealed class SlotReader(KubernetesApi api, KubernetesOptions options)
{
    /// <summary>All that is needed of a slot; null when the cluster does not know it.</summary>
    public async Task<SlotFacts?> Read(string model, string slot, CancellationToken cancellation)
    {
        string name = SlotPlace.Name(model, slot);
        if (await Find(ApiResource.Deployments, name, cancellation) is { } deployment)
        {
            return await Read(SlotPlace.OfDeployment(name), deployment, cancellation);
        }
        if (await Find(ApiResource.InferenceServices, name, cancellation) is { } service)
        {
            return await Read(SlotPlace.OfInferenceService(service), cancellation);
        }
        return await Find(ApiResource.LlmInferenceServices, name, cancellation) is { } llm
            ? await Read(SlotPlace.OfLlmInferenceService(llm), cancellation)
            : null;
    }

    private async Task<SlotFacts> Read(SlotPlace place, CancellationToken cancellation)
    {
        if (place.Deployment is { } name)
        {
            return await Find(ApiResource.Deployments, name, cancellation) is { } deployment ? await Read(place, deployment, cancellation) : new SlotFacts(place, null, null);
        }
        if (await Find(ApiResource.KnativeConfigurations, place.Configuration!, cancellation) is not { } configuration)
        {
            return new SlotFacts(place, null, null);
        }
        IReadOnlyList<JsonElement> pods = await List(ApiResource.Pods, KnativeSlot.Selector(place.Configuration!), cancellation);
        return new SlotFacts(place, null, new KnativeSlot(configuration, pods));
    }

    private async Task<SlotFacts> Read(SlotPlace place, JsonElement deployment, CancellationToken cancellation)
    {
        string selector = DeploymentSlot.Selector(deployment)
            ?? throw new ApiRefusedException($"the selector of deployment {place.Deployment} cannot be asked for");
        Task<IReadOnlyList<JsonElement>> sets = List(ApiResource.ReplicaSets, selector, cancellation);
        Task<IReadOnlyList<JsonElement>> pods = List(ApiResource.Pods, selector, cancellation);
        Task<IReadOnlyList<JsonElement>> slices = List(ApiResource.EndpointSlices, $"kubernetes.io/service-name={place.Service}", cancellation);
        await Task.WhenAll(sets, pods, slices);
        return new SlotFacts(place, new DeploymentSlot(deployment, await sets, await pods, await slices), null);
    }

    private Task<JsonElement?> Find(ApiResource kind, string name, CancellationToken cancellation) => api.Get(kind, options.Namespace, name, cancellation);

    private Task<IReadOnlyList<JsonElement>> List(ApiResource kind, string labels, CancellationToken cancellation) =>
        api.List(kind, options.Namespace, cancellation, labels);
}
