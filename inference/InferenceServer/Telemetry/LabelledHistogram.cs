using System.Collections.Concurrent;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>Distributions told apart by the values of their own labels; for what happens once a request, not once a token.</summary>
/// <param name="bounds">Inclusive upper bounds in the metric's unit, ascending.</param>
internal sealed class LabelledHistogram(string name, string help, double[] bounds, params string[] labelNames) : MetricFamily(name, "histogram", help)
{
    private readonly ConcurrentDictionary<string, HistogramSeries> _series = new(StringComparer.Ordinal);

    /// <summary>Records one value in the metric's unit; labels without a value are left out.</summary>
    public void Observe(double value, params ReadOnlySpan<string> labelValues) =>
        _series.GetOrAdd(Labels.Of(labelNames, labelValues), static (_, bounds) => new HistogramSeries(bounds), bounds).Observe(value);

    public override void WriteSeries(StringBuilder text, string labels)
    {
        foreach ((string own, HistogramSeries series) in _series.OrderBy(one => one.Key, StringComparer.Ordinal)) series.WriteTo(text, Name, labels + own);
    }
}
