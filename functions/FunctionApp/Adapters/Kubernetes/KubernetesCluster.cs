using System.Text.Json;
using LlmOps.Kubernetes;
using LlmOps.Ports;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>A cluster that Flux reconciles, through the API server.</summary>
internal sealed class KubernetesCluster(KubernetesApi api, FluxApi flux, SlotReader slots, KubernetesOptions options, TimeProvider clock) : ICluster
{
    private const int MostLogs = 3;
    private const int LogLines = 10;

    public async Task<string?> ReconciledRevision(CancellationToken cancellation) => FluxStatus.AppliedRevision(await flux.Kustomization(cancellation));

    public Task RequestReconcile(CancellationToken cancellation) => flux.Request(cancellation);

    public async Task<SlotStatus?> Slot(string model, string slot, CancellationToken cancellation) =>
        await slots.Read(model, slot, cancellation) is { } facts ? facts.Status(options.AddressOf(model, slot, facts.Place.Service)) : null;

    // A slot that Flux could not even apply is unknown: why, its Kustomization says.
    public async Task<IReadOnlyList<ClusterEvent>> RecentEvents(string model, string slot, CancellationToken cancellation)
    {
        DateTimeOffset now = clock.GetUtcNow();
        List<ClusterEvent> events = [.. FluxStatus.Problems(await flux.Kustomization(cancellation), now)];
        if (await slots.Read(model, slot, cancellation) is { } facts)
        {
            IReadOnlyList<JsonElement> told = await api.List(ApiResource.Events, options.Namespace, cancellation);
            events.AddRange(WorkloadEvents.Told(told, facts.Names(SlotPlace.Name(model, slot)), facts.ReplicaSets));
            events.AddRange(facts.Pods.SelectMany(pod => WorkloadEvents.Seen(pod, now)));
            foreach (JsonElement pod in facts.Pods.Where(pod => WorkloadEvents.Suspect(pod) is not null).Take(MostLogs))
            {
                events.AddRange(await Logged(pod, now, cancellation));
            }
        }
        return WorkloadEvents.NewestFirst(events);
    }

    // What else is known is worth telling without the log.
    private async Task<IEnumerable<ClusterEvent>> Logged(JsonElement pod, DateTimeOffset now, CancellationToken cancellation)
    {
        (string container, bool previous) = WorkloadEvents.Suspect(pod)!.Value;
        try
        {
            string? log = await api.Text(ApiCall.Log(options.Namespace, pod.Name(), container, LogLines, previous), cancellation);
            return WorkloadEvents.Logged(pod.Name(), log ?? "");
        }
        catch (ApiRefusedException refusal)
        {
            return [new ClusterEvent(now, "NoLog", refusal.Message)];
        }
    }
}
