namespace LlmOps.Gates.Statistics;

/// <summary>Items that both sides were asked, those that only the candidate got right, and those that only the champion did.</summary>
public readonly record struct PairedCounts(int Items, int Gains, int Losses)
{
    /// <summary>The candidate's share of right answers minus the champion's (−1..1).</summary>
    public double Difference => (Gains - Losses) / (double)Items;

    /// <summary>The same items seen from the champion's side.</summary>
    public PairedCounts Swap() => new(Items, Losses, Gains);

    /// <summary>Counts pairs of (candidate right, champion right).</summary>
    public static PairedCounts Of(IReadOnlyCollection<(bool Candidate, bool Champion)> pairs) => new(
        pairs.Count, pairs.Count(pair => pair.Candidate && !pair.Champion), pairs.Count(pair => !pair.Candidate && pair.Champion));
}
