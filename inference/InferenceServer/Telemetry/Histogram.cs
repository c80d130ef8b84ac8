using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A distribution over buckets with inclusive upper bounds.</summary>
/// <param name="bounds">Upper bounds in the metric's unit, ascending; the bucket of everything is added.</param>
internal sealed class Histogram(string name, string help, IReadOnlyList<double> bounds) : MetricFamily(name, "histogram", help)
{
    private readonly Lock _lock = new();
    private readonly long[] _counts = new long[bounds.Count + 1];
    private double _sum;

    /// <summary>Records one value in the metric's unit.</summary>
    public void Observe(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Count && value > bounds[bucket]) bucket++;
        lock (_lock)
        {
            _counts[bucket]++;
            _sum += value;
        }
    }

    public override void WriteSeries(StringBuilder text, string labels)
    {
        lock (_lock)
        {
            long total = 0;
            for (int i = 0; i < _counts.Length; i++)
            {
                total += _counts[i];
                string bound = i < bounds.Count ? Number(bounds[i]) : "+Inf";
                WriteLine(text, Name + "_bucket", $"{labels},{Labels.Pair("le", bound)}", total);
            }
            WriteLine(text, Name + "_sum", labels, _sum);
            WriteLine(text, Name + "_count", labels, total);
        }
    }
}
