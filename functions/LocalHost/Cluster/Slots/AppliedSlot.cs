using System.Collections.Immutable;
using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Cluster.Pods;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Cluster.Slots;

/// <summary>A slot that was applied: its workload and the Service before it.</summary>
internal sealed record AppliedSlot(SlotWorkload Workload, SlotService Service)
{
    /// <summary>The slot as reported: readiness counts the pods of the newest template only, once requests reach them.</summary>
    public SlotStatus Status
    {
        get
        {
            SlotSpec spec = Workload.Spec;
            ImmutableList<Pod> reachable = Workload.Reachable;
            int current = reachable.Count(pod => pod.Template.Hash == spec.Template.Hash);
            int ready = reachable.Count(pod => pod.Template.Hash == spec.Template.Hash && pod.Status.Ready);
            return new(spec.Template.Version, spec.Template.Digest, spec.Replicas, ready, Service.Address, reachable.Count - current);
        }
    }

    public static async Task<AppliedSlot> Start(
        SlotSpec spec, Node node, SlotEvents events, ServiceDirectory services, Forwarding forwarding)
    {
        EndpointSlice endpoints = new(spec.Slot, services.Series(spec.Model, spec.Slot, spec.Template.Version));
        SlotService service = await SlotService.Start(spec, endpoints, forwarding);
        if (spec.Service is { } name)
        {
            services.Add(name, endpoints);
        }
        return new(new(spec, node, events, endpoints, version => services.Series(spec.Model, spec.Slot, version)), service);
    }

    public async Task Delete(ServiceDirectory services)
    {
        if (Workload.Spec.Service is { } name)
        {
            services.Remove(name);
        }
        await Workload.Drain();
        await Service.DisposeAsync();
    }
}
