namespace LlmOps.Benchmarks.Serving.Measures;

/// <summary>What a run of the serving benchmark found.</summary>
/// <param name="BandwidthGBps">The best of the run, in 10⁹ bytes per second, read by all cores.</param>
/// <param name="Model">The model's name.</param>
/// <param name="Rows">One for each engine, precision and number of streams that was measured.</param>
internal sealed record ServingReport(double BandwidthGBps, string Model, IReadOnlyList<ServingRow> Rows)
{
    /// <summary>Parameters that each token reads.</summary>
    public required long Parameters { get; init; }

    /// <summary>Threads of each engine.</summary>
    public required int Threads { get; init; }

    public required int Rounds { get; init; }

    /// <summary>Tokens of each prompt and of each answer.</summary>
    public required int Tokens { get; init; }

    /// <summary>One before each round.</summary>
    public required IReadOnlyList<double> BandwidthsGBps { get; init; }

    /// <summary>What each engine's name stands for.</summary>
    public required IReadOnlyDictionary<string, string> Engines { get; init; }

    /// <summary>Which engines were left out, and why.</summary>
    public required IReadOnlyDictionary<string, string> Missing { get; init; }

    public required IReadOnlyList<SameTokens> SameTokens { get; init; }

    /// <summary>What HTTP and scheduling cost at one stream.</summary>
    public Comparison? Overhead { get; init; }

    /// <summary>In short, for the console.</summary>
    public override string ToString() =>
        $"{BandwidthGBps:F1} GB/s, {Rows.Count} rows{(Missing.Count == 0 ? "" : $", without {string.Join(", ", Missing.Keys)}")}{(Overhead is null ? "" : $"; {Overhead}")}";
}
