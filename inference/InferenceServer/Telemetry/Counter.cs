using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>A count that only grows. Adding takes neither a lock nor memory: the engine does it for every token.</summary>
internal sealed class Counter(string name, string help) : MetricFamily(name, "counter", help)
{
    private long _count;

    public void Add(long amount) => Interlocked.Add(ref _count, amount);

    public override void WriteSeries(StringBuilder text, string labels) => WriteLine(text, Name, labels, Interlocked.Read(ref _count));
}
