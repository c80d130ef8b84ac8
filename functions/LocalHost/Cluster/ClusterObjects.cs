using System.Collections.Concurrent;
using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Cluster.Pods;
using LlmOps.LocalHost.Cluster.Reconciling;
using LlmOps.LocalHost.Cluster.Slots;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Cluster;

/// <summary>The objects that are applied: slots at work, their Services, and routes.</summary>
internal sealed class ClusterObjects(Node node, ServiceDirectory services, RouteTable routes, Forwarding forwarding, ILogger logger)
{
    private readonly ConcurrentDictionary<(string Model, string Slot), AppliedSlot> slots = new();
    private readonly ConcurrentDictionary<(string Model, string Slot), SlotEvents> events = new();
    private readonly ConcurrentBag<Task> leaving = [];

    /// <summary>Parses and applies a file; throws <see cref="ManifestException"/> and changes nothing when it is not admitted.</summary>
    public async Task Apply(ManifestFile file, string text, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (file.Kind == ManifestKind.Route)
        {
            RouteSpec route = RouteManifest.Parse(text);
            Require(route.Model == file.Model, $"the route's name is {route.Model}, its folder {file.Model}");
            routes.Apply(route);
            return;
        }
        SlotSpec spec = DeploymentManifest.Parse(text);
        Require((spec.Model, spec.Slot) == (file.Model, file.Name), $"it describes {spec.Model}/{spec.Slot}");
        if (slots.TryGetValue((spec.Model, spec.Slot), out AppliedSlot? present))
        {
            present.Workload.Apply(spec);
            return;
        }
        slots[(spec.Model, spec.Slot)] = await AppliedSlot.Start(spec, node, EventsOf(spec.Model, spec.Slot), services, forwarding);
    }

    /// <summary>Gives a slot's Service all of the model's requests, whatever its manifest says; false when its route does not name it.</summary>
    public bool SendAllTo(string model, string slot)
    {
        string service = $"{model}-{slot}";
        if (routes.Routes.FirstOrDefault(known => known.Spec.Model == model)?.Spec is not { } spec || spec.Backends.All(backend => backend.Service != service))
        {
            return false;
        }
        routes.Apply(spec with { Backends = [.. spec.Backends.Select(backend => backend with { Weight = backend.Service == service ? 100 : 0 })], Mirrors = [] });
        return true;
    }

    /// <summary>Begins to take an object away; its pods go in their own time.</summary>
    public void Delete(ManifestFile file)
    {
        if (file.Kind == ManifestKind.Route)
        {
            routes.Remove(file.Model);
        }
        else if (slots.TryRemove((file.Model, file.Name), out AppliedSlot? slot))
        {
            leaving.Add(slot.Delete(services));
        }
    }

    /// <summary>Records an event of the object that a file holds; a route's is recorded at both its slots.</summary>
    public void Report(ManifestFile file, string reason, string message)
    {
        foreach (string slot in file.Kind == ManifestKind.Slot ? [file.Name] : (string[])["blue", "green"])
        {
            EventsOf(file.Model, slot).Add(reason, message);
        }
    }

    public SlotStatus? Slot(string model, string slot) => slots.GetValueOrDefault((model, slot))?.Status;

    public IReadOnlyList<ClusterEvent>? Events(string model, string slot) => events.GetValueOrDefault((model, slot))?.NewestFirst();

    public IEnumerable<Pod> Pods() => slots.Values.SelectMany(slot => slot.Workload.Pods);

    public Task Drain() => Task.WhenAll(slots.Values.Select(slot => slot.Delete(services)).Concat(leaving));

    private SlotEvents EventsOf(string model, string slot) =>
        events.GetOrAdd((model, slot), key => new(key.Model, key.Slot, node.Clock, logger));

    private static void Require(bool condition, string reason)
    {
        if (!condition)
        {
            throw new ManifestException(reason);
        }
    }
}
