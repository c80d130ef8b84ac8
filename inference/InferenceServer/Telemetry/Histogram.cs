using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A metric that is one distribution.</summary>
/// <param name="bounds">Inclusive upper bounds in the metric's unit, ascending.</param>
internal sealed class Histogram(string name, string help, double[] bounds) : MetricFamily(name, "histogram", help)
{
    private readonly HistogramSeries _series = new(bounds);

    /// <summary>Records one value in the metric's unit.</summary>
    public void Observe(double value) => _series.Observe(value);

    public override void WriteSeries(StringBuilder text, string labels) => _series.WriteTo(text, Name, labels);
}
