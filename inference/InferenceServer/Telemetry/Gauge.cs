using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A value of this moment, read when it is asked for; null is no value and leaves no series.</summary>
internal sealed class Gauge(string name, string help, Func<double?> read) : MetricFamily(name, "gauge", help)
{
    /// <summary>Labels of its own, each after a comma.</summary>
    public Func<string> OwnLabels { get; init; } = () => "";

    public override void WriteSeries(StringBuilder text, string labels)
    {
        if (read() is { } value) WriteLine(text, Name, labels + OwnLabels(), value);
    }
}
