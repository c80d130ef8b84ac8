namespace LlmOps.Tests.Fakes;

/// <summary>The process was killed right after an effect.</summary>
internal sealed class CrashException(string effect) : Exception($"killed after {effect}");

/// <summary>Counts what leaves the process, and kills it once after the effect that it is told.</summary>
internal sealed class Effects
{
    public List<string> Happened { get; } = [];

    /// <summary>The number of the effect after which the process dies, counted from 1.</summary>
    public int? CrashAfter { get; set; }

    public void Note(string effect)
    {
        lock (Happened)
        {
            Happened.Add(effect);
            if (Happened.Count == CrashAfter)
            {
                throw new CrashException(effect);
            }
        }
    }
}
