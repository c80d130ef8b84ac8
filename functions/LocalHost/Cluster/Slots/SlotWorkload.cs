using System.Collections.Immutable;
using System.Globalization;
using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Cluster.Pods;

namespace LlmOps.LocalHost.Cluster.Slots;

/// <summary>One slot at work: a loop that plans from what is, starts and stops pods, and tells the gateway who is ready.</summary>
internal sealed class SlotWorkload
{
    private readonly Node node;
    private readonly SlotEvents events;
    private readonly EndpointSlice endpoints;
    private readonly Func<string, RequestSeries> series;
    private readonly Signal wake = new();
    private readonly Task loop;
    private volatile SlotSpec spec;
    private volatile ImmutableList<Pod> pods = [];
    private volatile ImmutableList<Pod> reachable = [];
    private ImmutableArray<PodEndpoint> published = [];
    private int named;

    /// <summary>Starts the loop; <paramref name="series"/> finds the counters of a version.</summary>
    public SlotWorkload(SlotSpec spec, Node node, SlotEvents events, EndpointSlice endpoints, Func<string, RequestSeries> series)
    {
        (this.spec, this.node, this.events, this.endpoints, this.series) = (spec, node, events, endpoints, series);
        loop = Task.Run(Run);
        wake.Set();
    }

    public SlotSpec Spec => spec;

    /// <summary>The pods, oldest first, those that are going included.</summary>
    public ImmutableList<Pod> Pods => pods;

    /// <summary>The pods that the gateway sends requests to, of whatever template: it hears of a change a little later.</summary>
    public ImmutableList<Pod> Reachable => reachable;

    public void Apply(SlotSpec wanted)
    {
        spec = wanted;
        wake.Set();
    }

    /// <summary>Takes all pods down, in order, and ends when none is left.</summary>
    public async Task Drain()
    {
        Apply(spec with { Replicas = 0 });
        wake.Close();
        await loop;
    }

    private async Task Run()
    {
        while (await wake.WaitUnlessClosed())
        {
            Step();
            await PublishEndpoints();
        }
        await Task.WhenAll(pods.Select(pod => pod.Ended));
    }

    private void Step()
    {
        foreach (Pod gone in pods.Where(pod => pod.Status.Phase == PodPhase.Gone))
        {
            pods = pods.Remove(gone);
            gone.Dispose();
        }
        Pod[] staying = [.. pods.Where(pod => pod.Status.Phase != PodPhase.Terminating)];
        SlotSpec now = spec;
        PlannedPod[] planned = [.. staying.Select(pod => new PlannedPod(pod.Name, pod.Template.Hash, pod.Status.Ready))];
        RollingPlan plan = RollingUpdate.Plan(now, planned);
        foreach (Pod pod in staying.Where(pod => plan.Stop.Contains(pod.Name)))
        {
            pod.Stop();
        }
        for (int count = 0; count < plan.Start; count++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{now.Model}-{now.Slot}-{now.Template.Hash}-{++named}");
            pods = pods.Add(Pod.Start(name, now.Template, node, events, wake.Set));
        }
    }

    /// <summary>As in a cluster, the gateway hears of a change a little later; a pod that leaves must live that long.</summary>
    private async Task PublishEndpoints()
    {
        ImmutableList<Pod> answering = pods.FindAll(pod => pod.Status.Ready);
        ImmutableArray<PodEndpoint> ready = [.. answering
            .Select(pod => new PodEndpoint(pod.Address.ToString(), pod.Template.Version, series(pod.Template.Version)))];
        RequestSeries current = series(spec.Template.Version);
        if (!ready.SequenceEqual(published))
        {
            await Task.Delay(node.Chance.UpTo(node.EndpointDelay), node.Clock);
        }
        endpoints.Publish(ready, current);
        published = ready;
        reachable = answering;
    }
}
