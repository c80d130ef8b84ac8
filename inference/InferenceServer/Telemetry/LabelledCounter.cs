using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>Counts that only grow, told apart by the values of their own labels; for what happens once a request, not once a token.</summary>
internal sealed class LabelledCounter(string name, string help, params string[] labelNames) : MetricFamily(name, "counter", help)
{
    private readonly ConcurrentDictionary<string, StrongBox<long>> _series = new(StringComparer.Ordinal);

    /// <summary>Adds to the series with these label values; 0 creates it, so that <c>rate()</c> sees its first event.</summary>
    public void Add(long amount, params ReadOnlySpan<string> labelValues) =>
        Interlocked.Add(ref _series.GetOrAdd(Labels.Of(labelNames, labelValues), static _ => new StrongBox<long>()).Value, amount);

    public override void WriteSeries(StringBuilder text, string labels)
    {
        foreach ((string own, StrongBox<long> count) in _series.OrderBy(one => one.Key, StringComparer.Ordinal))
        {
            WriteLine(text, Name, labels + own, Interlocked.Read(ref count.Value));
        }
    }
}
