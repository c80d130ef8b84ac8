using System.Collections.Concurrent;
using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Tests.Fakes;

/// <summary>A cluster that follows Git when it is told to reconcile; slots that are named so are not ready.</summary>
internal sealed class ScriptedCluster(MemoryGit git) : ICluster, IClusterRoute, ILiveTraffic
{
    private readonly Dictionary<(string Model, string Slot), (double Requests, double Failed)> counters = [];

    private readonly Dictionary<(string Model, string Slot), (double Requests, double Failed)> copies = [];

    private readonly ConcurrentDictionary<string, object> parsed = [];

    public string? Revision { get; private set; }

    /// <summary>While set, it reconciles nothing.</summary>
    public bool Frozen { get; set; }

    /// <summary>Slots (`model/slot`) whose pods do not get ready.</summary>
    public HashSet<string> NotReady { get; } = [];

    /// <summary>Slots that its API knows nothing of.</summary>
    public HashSet<string> Unknown { get; } = [];

    /// <summary>The share of requests that a version fails; 0 where it is not named.</summary>
    public Dictionary<string, double> ErrorRate { get; } = [];

    /// <summary>The mean time of a version's answers in seconds, exponentially spread; 0.1 where it is not named.</summary>
    public Dictionary<string, double> Seconds { get; } = [];

    /// <summary>While set, its servers show no metrics.</summary>
    public bool ServersCountNothing { get; set; }

    public double RequestsPerSecond { get; set; } = 40;

    /// <summary>While set, the gateway's counters have no series.</summary>
    public bool CountsNothing { get; set; }

    /// <summary>While set, reading the gateway's counters fails so.</summary>
    public Exception? TrafficFails { get; set; }

    /// <summary>While set, reading the servers' counters fails so.</summary>
    public Exception? ServerCountersFail { get; set; }

    public int Hints { get; private set; }

    public Exception? Fails { get; set; }

    /// <summary>Models whose slot was given all the traffic past Git; while there is one, nothing is reconciled.</summary>
    public Dictionary<string, string> PastGit { get; } = [];

    public Task SendAllTo(string model, string slot, CancellationToken cancellation)
    {
        PastGit[model] = slot;
        return Task.CompletedTask;
    }

    public Task Resume(string model, CancellationToken cancellation)
    {
        PastGit.Remove(model);
        return Task.CompletedTask;
    }

    public Task<string?> ReconciledRevision(CancellationToken cancellation) => Task.FromResult(Revision);

    public Task RequestReconcile(CancellationToken cancellation)
    {
        Hints++;
        return Fails is null ? Task.CompletedTask : Task.FromException(Fails);
    }

    public Task<SlotStatus?> Slot(string model, string slot, CancellationToken cancellation)
    {
        if (Fails is not null)
        {
            return Task.FromException<SlotStatus?>(Fails);
        }
        if (Unknown.Contains($"{model}/{slot}") || At(Slots.SlotPath(model, slot)) is not { } text)
        {
            return Task.FromResult<SlotStatus?>(null);
        }
        SlotManifest manifest = Manifest(model, slot, text);
        int ready = NotReady.Contains($"{model}/{slot}") ? 0 : manifest.Replicas;
        return Task.FromResult<SlotStatus?>(new SlotStatus(manifest.Version, manifest.Digest, manifest.Replicas, ready, new Uri($"http://{slot}.{model}.test")));
    }

    public Task<IReadOnlyList<ClusterEvent>> RecentEvents(string model, string slot, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ClusterEvent>>([new ClusterEvent(ManualClock.Start, "BackOff", $"{slot} crashed")]);

    public Task<IReadOnlyDictionary<string, TrafficCount>> Read(string model, CancellationToken cancellation) =>
        TrafficFails is { } error ? Task.FromException<IReadOnlyDictionary<string, TrafficCount>>(error)
        : Task.FromResult<IReadOnlyDictionary<string, TrafficCount>>(CountsNothing ? [] : counters.Where(c => c.Key.Model == model)
            .ToDictionary(c => c.Key.Slot, c => new TrafficCount((long)c.Value.Requests, (long)c.Value.Failed)));

    /// <summary>What users' requests to a slot met up to now.</summary>
    public TrafficCount Users(string model, string slot) => counters.GetValueOrDefault((model, slot)) is var (requests, failed) ? new((long)requests, (long)failed) : default;

    /// <summary>What the servers of a slot made of the copies that reached them.</summary>
    public TrafficCount Copies(string model, string slot) => copies.GetValueOrDefault((model, slot)) is var (requests, failed) ? new((long)requests, (long)failed) : default;

    /// <summary>The servers' answers by code, or the histogram of latencies, whatever other family is asked for.</summary>
    public Task<IReadOnlyList<ServerCounter>> ReadServers(string model, string family, string label, CancellationToken cancellation) =>
        ServerCountersFail is { } error ? Task.FromException<IReadOnlyList<ServerCounter>>(error)
        : Task.FromResult<IReadOnlyList<ServerCounter>>(ServersCountNothing ? [] : family == "llmops_requests_total"
            ? [.. new[] { Slots.Blue, Slots.Green }.SelectMany(slot => ByCode(slot, VersionIn(model, slot), Users(model, slot) + Copies(model, slot)))]
            : [.. counters.Concat(copies).Where(c => c.Key.Model == model).GroupBy(c => c.Key.Slot)
                .SelectMany(c => Histogram(c.Key, VersionIn(model, c.Key), c.Sum(one => one.Value.Requests)))]);

    private static ServerCounter[] ByCode(string slot, string version, TrafficCount answered) =>
        [new(slot, version, "200", answered.Requests - answered.Failed), new(slot, version, "500", answered.Failed)];

    private IEnumerable<ServerCounter> Histogram(string slot, string version, double requests)
    {
        double mean = Seconds.GetValueOrDefault(version, 0.1);
        return new[] { 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, double.PositiveInfinity }.Select(bound => new ServerCounter(
            slot, version, double.IsInfinity(bound) ? "+Inf" : bound.ToString(CultureInfo.InvariantCulture), Math.Floor(requests * (1 - Math.Exp(-bound / mean)))));
    }

    public void Reconcile()
    {
        if (!Frozen && PastGit.Count == 0)
        {
            Revision = git.HeadSha;
        }
    }

    /// <summary>Users' requests over a time, shared out by the weights that the cluster runs.</summary>
    public void Serve(string model, TimeSpan time)
    {
        if (At(Slots.RoutePath(model)) is not { } text)
        {
            return;
        }
        RouteManifest route = PastGit.TryGetValue(model, out string? all)
            ? RouteManifest.Share(all, 100)
            : Parsed(text, (file, yaml) => Dialect(model).ReadRoute(new RouteFile(model, file, yaml)));
        foreach (string slot in new[] { Slots.Blue, Slots.Green }.Where(slot => route.Of(slot) > 0))
        {
            double requests = RequestsPerSecond * time.TotalSeconds * route.Of(slot) / (route.Blue + route.Green);
            Count(counters, model, slot, requests);
        }
        if (Parsed($"{text}\n#", (file, yaml) => new Copied((Dialect(model) as IMirroringDialect)?.ReadMirror(new RouteFile(model, file, yaml)))) is { Mirror: { } mirror }
            && !NotReady.Contains($"{model}/{mirror.Slot}"))
        {
            Count(copies, model, mirror.Slot, RequestsPerSecond * time.TotalSeconds * mirror.Percent / 100);
        }
    }

    private void Count(Dictionary<(string Model, string Slot), (double Requests, double Failed)> counts, string model, string slot, double requests)
    {
        (double before, double failed) = counts.GetValueOrDefault((model, slot));
        counts[(model, slot)] = (before + requests, failed + (requests * ErrorRate.GetValueOrDefault(VersionIn(model, slot))));
    }

    private sealed record Copied(RouteMirror? Mirror);

    public string VersionIn(string model, string slot) => At(Slots.SlotPath(model, slot)) is { } text ? Manifest(model, slot, text).Version : "";

    private SlotManifest Manifest(string model, string slot, string text) =>
        Parsed(text, (file, yaml) => Dialect(model).ReadSlot(new SlotFile(model, slot, file, yaml)));

    private IManifestDialect Dialect(string model) =>
        At(Slots.PolicyPath(model)) is { } policy ? Parsed(policy, ManifestDialects.Read) : ManifestDialects.Read("", null);

    // Each text is parsed once: an hour of a rollout looks at it thousands of times.
    private T Parsed<T>(string text, Func<string, string, T> read)
        where T : notnull
    {
        return (T)parsed.GetOrAdd(text, static (yaml, reader) => reader("of the cluster", yaml), read);
    }

    private string? At(string path) => Revision is null ? null : git.Cloned(path, Revision);
}
