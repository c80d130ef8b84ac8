namespace LlmOps.Ports;

/// <summary>How long to wait after a failed try: doubling from 200 ms to 30 s, with the upper half left to chance.</summary>
public sealed class Backoff(Random random)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    /// <summary>The pause after try <paramref name="attempt"/>, which counts from 1.</summary>
    public TimeSpan After(int attempt)
    {
        double whole = Math.Min(First.TotalMilliseconds * Math.Pow(2, attempt - 1), Longest.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(whole * (1 + Chance()) / 2);
    }

    // A seeded Random is not safe for several threads.
    private double Chance()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }
}
