namespace LlmOps.Benchmarks.Canary;

/// <summary>Seeded random numbers, fast enough for millions a second: SplitMix64 (Steele, Lea and Flood 2014).</summary>
internal sealed class Chance(ulong seed)
{
    private const ulong Gamma = 0x9E3779B97F4A7C15;

    // Neighbouring seeds must not give the same stream, one number later: so the seed is mixed first.
    private ulong state = Mix(Mix(seed + Gamma));

    /// <summary>Uniform in 0..1, without 1.</summary>
    public double Uniform() => (Mix(state += Gamma) >> 11) * (1.0 / (1UL << 53));

    /// <summary>Exponential with mean 1.</summary>
    public double Exponential() => -Math.Log(1 - Uniform());

    /// <summary>One of 0..<paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Uniform() * count);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
