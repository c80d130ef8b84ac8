using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// A sequential two-sample test on the candidate's errors. It fails only where both are shown: more errors than the policy
/// allows, and more than the champion has. So a candidate that is within either limit fails with a chance of at most
/// `false_abort` over the whole rollout, however often it is looked at and whatever the champion's rate is.
/// </summary>
/// <param name="Against">How the errors speak for a bad candidate against the likelier of the two excuses (log, nats).</param>
/// <param name="BesideChampion">The part of it that the champion beside it gives, for the next window (log, nats).</param>
/// <param name="ForPass">How they speak for a healthy candidate against a bad one (log, nats).</param>
public readonly record struct ErrorTest(double Against, double BesideChampion, double ForPass, double FailAt, double ClearAt)
{
    /// <summary>The chance that a bad candidate passes: 1 %.</summary>
    private static readonly double PassAt = -Math.Log(0.01);

    /// <summary>The share of the error budget that is kept for the time without a champion beside the candidate.</summary>
    private const double RecordShare = 0.05;

    /// <summary>
    /// The rate that is looked for beside a champion lies this far from the healthy to the bad one: where neither rate is
    /// known, a bad candidate is found sooner so (simulated).
    /// </summary>
    private const double Towards = 0.8;

    /// <summary>The rate of a candidate that hardly works: a few dozen requests of the champion must be enough to tell.</summary>
    private const double Broken = 0.5;

    /// <summary>The candidate shows more errors than it may.</summary>
    public bool Fails => Against >= FailAt;

    /// <summary>They speak for the candidate as clearly as `min_requests` without a failure do: enough for a step, not for all.</summary>
    public bool Clears => Against <= ClearAt;

    /// <summary>The candidate is as good as it must be.</summary>
    public bool Passes => ForPass >= PassAt;

    /// <summary>Weighs what was counted.</summary>
    /// <param name="lastStep">Whether the candidate has all the traffic, so that the champion's record stands for it.</param>
    public static ErrorTest Of(RolloutCounts counts, RolloutPolicy policy, bool lastStep)
    {
        PairCount window = counts.Weighed;
        PairCount all = counts.WindowsBefore + window;
        double against = ErrorEvidence.Alone(all.Requests, all.Failed, policy.MaxErrorRate, policy.BadErrorRate);
        // The rates to compare with may depend on the past only.
        double champion = ErrorEvidence.ProvenRate(counts.Record.Requests + counts.Before.ChampionRequests, counts.Record.Failed + counts.Before.ChampionFailed);
        (double healthy, double bad) = Rates(policy, champion);
        double beside = counts.EvidenceBefore + (lastStep ? 0 : ErrorEvidence.Beside(window, healthy, healthy + (Towards * (bad - healthy))));
        double record = lastStep || counts.Step.ChampionRequests == 0 ? AgainstRecord(counts, healthy, bad) : 0;
        // Where no champion was ever asked beside it, as in a blue/green rollout, the record has the whole budget.
        bool onlyRecord = lastStep && counts.WindowsBefore.ChampionRequests == 0;
        double worse = ErrorEvidence.Mean(beside, record, onlyRecord ? 1 : RecordShare);
        PairCount seen = counts.Total;
        (double good, double worst) = Rates(policy, onlyRecord ? champion : ErrorEvidence.ProvenRate(seen.ChampionRequests, seen.ChampionFailed));
        double forPass = -ErrorEvidence.Alone(all.Requests, all.Failed, good, worst);
        double clearAt = ErrorEvidence.Alone(policy.MinRequests, 0, policy.MaxErrorRate, policy.BadErrorRate);
        return new ErrorTest(Math.Min(against, worse), beside, forPass, -Math.Log(policy.FalseAbort), clearAt);
    }

    /// <summary>A champion that errs more than the policy allows raises what is healthy, and what is bad, for both.</summary>
    private static (double Healthy, double Bad) Rates(RolloutPolicy policy, double champion)
    {
        double healthy = Math.Clamp(champion, policy.MaxErrorRate, 0.9);
        return (healthy, Math.Min(healthy + (policy.BadErrorRate - policy.MaxErrorRate), 0.99));
    }

    // No record at all is no excuse: then the policy's limit alone decides.
    private static double AgainstRecord(RolloutCounts counts, double healthy, double bad)
    {
        PairCount window = counts.Weighed with
        {
            ChampionRequests = counts.Record.Requests + counts.Before.ChampionRequests,
            ChampionFailed = counts.Record.Failed + counts.Before.ChampionFailed,
        };
        return window.ChampionRequests == 0
            ? double.PositiveInfinity
            : ErrorEvidence.Mean(ErrorEvidence.Beside(window, healthy, bad), ErrorEvidence.Beside(window, healthy, Math.Max(bad, Broken)), 0.5);
    }
}
