namespace LlmOps.Inference.Sampling;

/// <summary>SplitMix64 (Steele, Lea, Flood 2014): a request's own source of chance, the same on every machine and runtime.</summary>
internal sealed class SeededChance(long seed)
{
    private ulong _state = unchecked((ulong)seed);

    /// <summary>A number from 0 to below 1.</summary>
    public double Next()
    {
        unchecked
        {
            ulong z = _state += 0x9E3779B97F4A7C15;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
            return ((z ^ (z >> 31)) >> 11) * (1.0 / (1UL << 53));
        }
    }
}
