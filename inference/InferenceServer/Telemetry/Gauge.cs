using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A value of this moment, read when it is asked for.</summary>
internal sealed class Gauge(string name, string help, Func<double> read) : MetricFamily(name, "gauge", help)
{
    public override void WriteSeries(StringBuilder text, string labels) => WriteLine(text, Name, labels, read());
}
