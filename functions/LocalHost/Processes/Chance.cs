namespace LlmOps.LocalHost.Processes;

/// <summary>Chance that a seed repeats, safe to ask from any thread.</summary>
internal sealed class Chance(int? seed)
{
    private readonly Lock gate = new();
    private readonly Random random = seed is { } value ? new(value) : new();

    public int Below(int bound)
    {
        lock (gate)
        {
            return random.Next(bound);
        }
    }

    public TimeSpan UpTo(TimeSpan longest)
    {
        lock (gate)
        {
            return longest * random.NextDouble();
        }
    }

    public void Shuffle<T>(T[] items)
    {
        lock (gate)
        {
            random.Shuffle(items);
        }
    }
}
