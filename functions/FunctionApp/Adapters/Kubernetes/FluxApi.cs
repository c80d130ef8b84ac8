using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>The Kustomization that applies the slots, and its source.</summary>
internal sealed class FluxApi(KubernetesApi api, KubernetesOptions options, TimeProvider clock)
{
    private const int MostConflicts = 8;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(500);
    private long asked;

    public async Task<JsonElement> Kustomization(CancellationToken cancellation) =>
        await api.Get(ApiResource.Kustomizations, options.FluxNamespace, options.Kustomization, cancellation)
        ?? throw new ApiRefusedException($"there is no Kustomization {options.Kustomization} in {options.FluxNamespace}: see Kubernetes:Kustomization and Kubernetes:FluxNamespace", 404);

    /// <summary>Lets Flux look at its source now.</summary>
    public async Task Request(CancellationToken cancellation) => await Ask(await Kustomization(cancellation), cancellation);

    /// <summary>Lets Flux look at its source and returns once it holds what Git holds now; throws when it does not in time.</summary>
    public async Task Fetch(CancellationToken cancellation)
    {
        (ApiCall source, string mark) = await Ask(await Kustomization(cancellation), cancellation);
        DateTimeOffset end = clock.GetUtcNow() + options.FetchPatience;
        while (await api.Get(source.Resource, source.Namespace!, source.Name!, cancellation) is not { } state || !FluxStatus.HasFetched(state, mark))
        {
            if (clock.GetUtcNow() >= end)
            {
                throw new ApiRefusedException($"Flux did not fetch {source.Resource} {source.Name} within {options.FetchPatience.TotalSeconds:0} s: it stays suspended, or it would apply what Git said before");
            }
            await Task.Delay(Look, clock, cancellation);
        }
    }

    /// <summary>Patches the Kustomization by what it is, again when somebody else did meanwhile; null patches nothing.</summary>
    public async Task Change(Func<JsonElement, JsonObject?> decide, CancellationToken cancellation)
    {
        for (int attempt = 1; decide(await Kustomization(cancellation)) is { } patch; attempt++)
        {
            try
            {
                await api.Patch(ApiCall.Get(ApiResource.Kustomizations, options.FluxNamespace, options.Kustomization), patch, cancellation);
                return;
            }
            catch (ApiRefusedException refusal) when (refusal.IsConflict && attempt < MostConflicts)
            {
            }
        }
    }

    private async Task<(ApiCall Source, string Mark)> Ask(JsonElement kustomization, CancellationToken cancellation)
    {
        ApiCall source = FluxStatus.Source(kustomization, options.FluxNamespace);
        // Two requests of one instant must differ, or the second is none.
        string mark = string.Create(CultureInfo.InvariantCulture, $"{clock.GetUtcNow():O}#{Interlocked.Increment(ref asked)}");
        await api.Patch(source, FluxStatus.Request(mark), cancellation);
        return (source, mark);
    }
}
