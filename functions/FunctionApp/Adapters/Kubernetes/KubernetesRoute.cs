using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>The weights of a model's route in the cluster while its Kustomization is suspended.</summary>
internal sealed class KubernetesRoute(KubernetesApi api, FluxApi flux, KubernetesOptions options, TimeProvider clock) : IClusterRoute
{
    private const int MostConflicts = 8;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// Suspends first, then sets the weights, then looks until Flux has ended what it was applying when it was suspended:
    /// that may have put back what Git says.
    /// </summary>
    public async Task SendAllTo(string model, string slot, CancellationToken cancellation)
    {
        await flux.Change(found => FluxSuspension.Suspend(found, model), cancellation);
        await SetAll(model, slot, cancellation);
        DateTimeOffset end = clock.GetUtcNow() + options.SettlePatience;
        bool applying = true;
        while (applying && clock.GetUtcNow() < end)
        {
            await Task.Delay(Look, clock, cancellation);
            applying = FluxStatus.IsApplying(await flux.Kustomization(cancellation));
            await SetAll(model, slot, cancellation);
        }
    }

    /// <summary>
    /// Fetches before it lets Flux go on: with the source of before, Flux would first apply the weights that the rollback in
    /// Git has just replaced.
    /// </summary>
    public async Task Resume(string model, CancellationToken cancellation)
    {
        if (FluxSuspension.IsLast(await flux.Kustomization(cancellation), model))
        {
            await flux.Fetch(cancellation);
        }
        await flux.Change(found => FluxSuspension.Resume(found, model), cancellation);
    }

    private async Task SetAll(string model, string slot, CancellationToken cancellation)
    {
        bool found = false;
        ApiRefusedException? forbidden = null;
        foreach (ApiResource kind in RouteWeights.Kinds)
        {
            IReadOnlyList<JsonElement> routes;
            try
            {
                routes = await api.List(kind, options.Namespace, cancellation);
            }
            catch (ApiRefusedException refusal) when (refusal.IsForbidden)
            {
                // A role may leave out kinds that this cluster does not use.
                forbidden ??= refusal;
                continue;
            }
            foreach (JsonElement route in routes.Where(route => RouteWeights.Shares(kind, route, model)))
            {
                found = true;
                await Change(kind, route.Name(), route, now => RouteWeights.All(kind, now, model, slot), cancellation);
            }
        }
        if (!found && !await SetLlm(model, slot, cancellation))
        {
            throw forbidden ?? new ApiRefusedException($"no route in {options.Namespace} shares traffic out between {model}'s slots", 404);
        }
    }

    // The slot that gets the traffic is raised before the other one is cut off.
    private async Task<bool> SetLlm(string model, string slot, CancellationToken cancellation)
    {
        foreach (string one in new[] { slot, Slots.Other(slot) })
        {
            string name = SlotPlace.Name(model, one);
            if (await api.Get(ApiResource.LlmInferenceServices, options.Namespace, name, cancellation) is not { } service)
            {
                return false;
            }
            await Change(ApiResource.LlmInferenceServices, name, service, now => RouteWeights.Llm(now, chosen: one == slot), cancellation);
        }
        return true;
    }

    private async Task Change(ApiResource kind, string name, JsonElement read, Func<JsonElement, JsonObject?> decide, CancellationToken cancellation)
    {
        ApiCall target = ApiCall.Get(kind, options.Namespace, name);
        JsonElement now = read;
        for (int attempt = 1; decide(now) is { } patch; attempt++)
        {
            try
            {
                await api.Patch(target, patch, cancellation);
                return;
            }
            catch (ApiRefusedException refusal) when (refusal.IsConflict && attempt < MostConflicts)
            {
                now = await api.Get(kind, options.Namespace, name, cancellation) ?? throw new ApiRefusedException($"{target} is gone", 404);
            }
        }
    }
}
