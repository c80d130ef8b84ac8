namespace LlmOps.Releases;

/// <summary>How values are spread over the buckets of a histogram, as counted.</summary>
/// <param name="Bounds">Upper bounds, ascending; a share has two buckets, without and with what it counts.</param>
/// <param name="Counts">Values by bucket, not cumulated; one more than bounds, the last is beyond all.</param>
/// <param name="Requests">Requests that they come from.</param>
public sealed record Distribution(IReadOnlyList<double> Bounds, IReadOnlyList<double> Counts, double Requests)
{
    public static Distribution Nothing { get; } = new([], [0], 0);

    /// <summary>Values in all.</summary>
    public double Total() => Counts.Sum();

    /// <summary>
    /// What was counted since an earlier reading. Of counters that went back nothing is: some of a slot's servers began
    /// again, and what the others show was counted before.
    /// </summary>
    public Distribution Since(Distribution earlier) =>
        earlier.Requests == 0 && earlier.Total() == 0 ? this
        : !SameBuckets(earlier) || Requests < earlier.Requests || Cumulated().Zip(earlier.Cumulated()).Any(pair => pair.First < pair.Second) ? Nothing
        : new(Bounds, [.. Counts.Zip(earlier.Counts, (now, before) => now - before)], Requests - earlier.Requests);

    /// <summary>Both together; of two that have other buckets, the later one alone.</summary>
    public Distribution With(Distribution later) =>
        later.Requests == 0 && later.Total() == 0 ? this
        : !SameBuckets(later) ? later
        : new(Bounds, [.. Counts.Zip(later.Counts, (a, b) => a + b)], Requests + later.Requests);

    private IEnumerable<double> Cumulated()
    {
        double sum = 0;
        return Counts.Select(count => sum += count);
    }

    private bool SameBuckets(Distribution other) => Bounds.SequenceEqual(other.Bounds);
}

/// <summary>
/// One metric of a rollout: the counters at the last look, what both versions showed on this step, and the champion's
/// record of the time before.
/// </summary>
public sealed record MetricWindow(Distribution CandidateAt, Distribution ChampionAt, Distribution Candidate, Distribution Champion, Distribution Record)
{
    /// <summary>A rollout that begins at these counters.</summary>
    public static MetricWindow Begin(Distribution candidate, Distribution champion) => new(candidate, champion, Distribution.Nothing, Distribution.Nothing, champion);

    /// <summary>Takes in the counters as they are now; null where there are none, which is not zero.</summary>
    public MetricWindow Look(Distribution? candidate, Distribution? champion) => this with
    {
        CandidateAt = candidate ?? CandidateAt,
        ChampionAt = champion ?? ChampionAt,
        Candidate = candidate is null ? Candidate : Candidate.With(candidate.Since(CandidateAt)),
        Champion = champion is null ? Champion : Champion.With(champion.Since(ChampionAt)),
    };

    /// <summary>Ends the step: what comes next has another weight, and times depend on the load.</summary>
    public MetricWindow CloseStep() => this with { Candidate = Distribution.Nothing, Champion = Distribution.Nothing, Record = Record.With(Champion) };
}
