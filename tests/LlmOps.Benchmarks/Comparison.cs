namespace LlmOps.Benchmarks;

/// <summary>
/// Ours and a peer, measured in turn in one run: medians of the rounds in <paramref name="Unit"/>, and ours by the peer's.
/// Absolute values belong to one machine and one moment; the ratio is the result.
/// </summary>
internal sealed record Comparison(string Text, string Unit, string Peer, double Ours, double PeerValue, double Ratio, IReadOnlyList<Round> Rounds)
{
    public override string ToString() => Text;

    public static Comparison Of(string what, string unit, string peer, IReadOnlyList<Round> rounds)
    {
        double ours = Median(rounds.Select(round => round.Ours));
        double theirs = Median(rounds.Select(round => round.Peer));
        double ratio = Median(rounds.Select(round => round.Ours / round.Peer));
        return new Comparison($"{what}: {ratio:F3} of {peer} ({ours:F1} against {theirs:F1} {unit})", unit, peer, ours, theirs, ratio, rounds);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}

/// <summary>One round: what ours and the peer's took or reached.</summary>
internal sealed record Round(double Ours, double Peer);
