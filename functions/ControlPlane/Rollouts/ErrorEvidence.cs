using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// How many times likelier errors are if the candidate is bad than if it is not (log, nats). Each is a test martingale where
/// it is not: whatever the number of looks, it exceeds 1/α with a chance of at most α (Ville 1939).
/// </summary>
internal static class ErrorEvidence
{
    /// <summary>The likelihood ratio of Wald's sequential test (1945) between two known rates.</summary>
    public static double Alone(double requests, double failed, double healthy, double bad) =>
        (failed * Math.Log(bad / healthy)) + ((requests - failed) * Math.Log((1 - bad) / (1 - healthy)));

    /// <summary>
    /// The two-sample e-variable of Turner, Ly and Grünwald (2024, "Generic E-variables for exact sequential k-sample tests"):
    /// a bad candidate and a healthy champion against one rate for both, which may be any and may change, as in an outage
    /// that both share. Its mean is at most 1 whatever that rate is, so nobody's rate is taken for known.
    /// </summary>
    public static double Beside(PairCount counts, double healthy, double bad)
    {
        if (counts.Requests == 0 || counts.ChampionRequests == 0)
        {
            return 0;
        }
        double share = counts.Requests / (counts.Requests + counts.ChampionRequests);
        double same = (share * bad) + ((1 - share) * healthy);
        return Alone(counts.Requests, counts.Failed, same, bad) + Alone(counts.ChampionRequests, counts.ChampionFailed, same, healthy);
    }

    /// <summary>A rate that these counts surely show: two standard deviations below theirs (Anscombe's root, 1948).</summary>
    public static double ProvenRate(double requests, double failed) =>
        failed <= 1 ? 0 : Math.Pow(Math.Sqrt(failed) - 1, 2) / requests;

    /// <summary>The logarithm of a weighted mean of two e-variables, which is one too.</summary>
    public static double Mean(double one, double other, double otherShare)
    {
        double high = Math.Max(one, other);
        return double.IsInfinity(high) ? high : high + Math.Log(((1 - otherShare) * Math.Exp(one - high)) + (otherShare * Math.Exp(other - high)));
    }
}
