using System.Collections.Concurrent;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>Which Services there are, by name, and every series that was ever counted, of copies apart from users' requests.</summary>
internal sealed class ServiceDirectory
{
    private readonly ConcurrentDictionary<string, EndpointSlice> services = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<SeriesKey, RequestSeries> series = new();

    private readonly ConcurrentDictionary<SeriesKey, MirrorSeries> mirrored = new();

    public IEnumerable<RequestSeries> AllSeries => series.Values;

    public IEnumerable<MirrorSeries> AllMirrored => mirrored.Values;

    public EndpointSlice? Find(string service) => services.GetValueOrDefault(service);

    public void Add(string service, EndpointSlice slice) => services[service] = slice;

    public void Remove(string service) => services.TryRemove(service, out _);

    public RequestSeries Series(string model, string slot, string version) =>
        series.GetOrAdd(new(model, slot, version), static key => new(key));

    public MirrorSeries Mirrored(SeriesKey key) => mirrored.GetOrAdd(key, static key => new(key));
}
