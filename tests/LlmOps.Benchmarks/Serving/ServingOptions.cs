using System.Globalization;
using LlmOps.Benchmarks.Serving.Engines;

namespace LlmOps.Benchmarks.Serving;

/// <summary>What is measured: everything, unless flags leave something out.</summary>
internal sealed record ServingOptions
{
    public IReadOnlyList<string> Engines { get; init; } = StartEngine.All;

    public IReadOnlyList<string> Precisions { get; init; } = Model.Precisions.All;

    public IReadOnlyList<int> Streams { get; init; } = [1, 2, 4, 8];

    /// <summary>Rounds that count, after one that does not; default 2, at least 1.</summary>
    public int Rounds { get; init; } = 2;

    /// <summary>Tokens of each prompt and of each answer.</summary>
    public int Tokens { get; init; } = 128;

    /// <summary>Cores, which each engine gets as its number of threads.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Reads `--quick` (4 bits, 1 and 8 streams, one round), lists after `--engines`, `--precisions` and `--streams`, numbers after `--rounds` and `--tokens`.</summary>
    public static ServingOptions Parse(IReadOnlyList<string> flags)
    {
        ServingOptions options = flags.Contains("--quick") ? new() { Precisions = [Model.Precisions.Int4], Streams = [1, 8], Rounds = 1 } : new();
        return options with
        {
            Engines = After("--engines") ?? options.Engines,
            Precisions = After("--precisions") ?? options.Precisions,
            Streams = After("--streams") is { } streams ? [.. streams.Select(Number)] : options.Streams,
            Rounds = After("--rounds") is [string rounds] ? Number(rounds) : options.Rounds,
            Tokens = After("--tokens") is [string tokens] ? Number(tokens) : options.Tokens,
        };

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

        string[]? After(string flag)
        {
            int at = flags.ToList().IndexOf(flag);
            return at < 0 ? null : flags[at + 1].Split(',');
        }
    }
}
