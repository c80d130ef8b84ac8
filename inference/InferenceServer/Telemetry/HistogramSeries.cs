using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>One distribution over buckets. Recording takes neither a lock nor memory.</summary>
/// <param name="bounds">Inclusive upper bounds in the metric's unit, ascending; the bucket of everything is added.</param>
internal sealed class HistogramSeries(double[] bounds)
{
    private readonly long[] _counts = new long[bounds.Length + 1];

    // The bits of a double: sums are exchanged as a whole, whatever their value.
    private long _sum;

    /// <summary>Records one value in the metric's unit.</summary>
    public void Observe(double value)
    {
        int bucket = 0;
        while (bucket < bounds.Length && value > bounds[bucket]) bucket++;
        Interlocked.Increment(ref _counts[bucket]);
        for (long seen = Volatile.Read(ref _sum), found; ; seen = found)
        {
            found = Interlocked.CompareExchange(ref _sum, BitConverter.DoubleToInt64Bits(BitConverter.Int64BitsToDouble(seen) + value), seen);
            if (found == seen) return;
        }
    }

    public void WriteTo(StringBuilder text, string name, string labels)
    {
        long total = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            total += Interlocked.Read(ref _counts[i]);
            string bound = i < bounds.Length ? MetricFamily.Number(bounds[i]) : "+Inf";
            MetricFamily.WriteLine(text, name + "_bucket", $"{labels},{Labels.Pair("le", bound)}", total);
        }
        MetricFamily.WriteLine(text, name + "_sum", labels, BitConverter.Int64BitsToDouble(Volatile.Read(ref _sum)));
        MetricFamily.WriteLine(text, name + "_count", labels, total);
    }
}
