using System.Collections.Concurrent;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A count that only grows, in series told apart by the values of its own labels.</summary>
internal sealed class Counter(string name, string help, params string[] labelNames) : MetricFamily(name, "counter", help)
{
    private readonly ConcurrentDictionary<string, long> _series = new(StringComparer.Ordinal);

    /// <summary>Adds to the series with these label values; 0 creates it, so that <c>rate()</c> sees its first event.</summary>
    public void Add(long amount, params ReadOnlySpan<string> labelValues) =>
        _series.AddOrUpdate(Labels.Of(labelNames, labelValues), amount, (_, count) => count + amount);

    public override void WriteSeries(StringBuilder text, string labels)
    {
        foreach ((string own, long count) in _series.OrderBy(s => s.Key, StringComparer.Ordinal)) WriteLine(text, Name, labels + own, count);
    }
}
