using System.Globalization;
using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>One metric in Prometheus' text format: its name, its help and its series.</summary>
internal abstract class MetricFamily(string name, string type, string help)
{
    public string Name => name;

    /// <summary>Whether it is of the process, whichever version it serves.</summary>
    public bool OfProcess { get; init; }

    public void WriteHead(StringBuilder text) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");

    public abstract void WriteSeries(StringBuilder text, string labels);

    protected static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    protected static void WriteLine(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append('{').Append(labels).Append("} ").Append(Number(value)).Append('\n');
}
