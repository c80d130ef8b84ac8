using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>
/// A sequential two-sample test on the candidate's errors. It fails only where both are shown: more errors than the policy
/// allows, and more than the champion has. So a candidate that is within either limit fails with a chance of about
/// `false_abort` at most over the whole rollout, however often it is looked at and whatever the champion's rate is.
/// </summary>
/// <param name="Alone">How the errors speak against the candidate by itself (log, nats).</param>
/// <param name="Beside">How they speak against it beside the champion of the same time (log, nats).</param>
/// <param name="Worse">The same with the champion's record, where it stands for the champion (log, nats).</param>
/// <param name="ForPass">How they speak for a healthy candidate against a bad one (log, nats).</param>
/// <param name="FailAt">The evidence at which the error budget is spent (log, nats).</param>
/// <param name="ClearAt">The evidence of `min_requests` without a failure (log, nats; negative).</param>
public readonly record struct ErrorTest(double Alone, double Beside, double Worse, double ForPass, double FailAt, double ClearAt)
{
    /// <summary>The chance that a bad candidate passes: 1 %.</summary>
    private static readonly double PassAt = -Math.Log(0.01);

    /// <summary>
    /// Innocence beyond this is forgotten, so that a candidate that turns bad, or comes out of a shared outage bad, is not
    /// excused by its past. Each time it is forgotten costs a thousandth of the error budget.
    /// </summary>
    private static readonly double Floor = Math.Log(0.001);

    /// <summary>The share of the error budget that is kept for the time without a champion beside the candidate.</summary>
    private const double RecordShare = 0.05;

    /// <summary>
    /// The rate that is looked for beside a champion lies this far from the healthy to the bad one: where neither rate is
    /// known, a bad candidate is found sooner so (simulated).
    /// </summary>
    private const double Towards = 0.5;

    /// <summary>The rate of a candidate that hardly works: a few dozen requests of the champion must be enough to tell.</summary>
    private const double Broken = 0.5;

    /// <summary>The candidate shows more errors than it may.</summary>
    public bool Fails => Math.Min(Alone, Worse) >= FailAt;

    /// <summary>They speak for the candidate as clearly as `min_requests` without a failure do: enough for a step, not for all.</summary>
    public bool Clears => Math.Min(Alone, Math.Min(Beside, Worse)) <= Math.Max(ClearAt, Floor);

    /// <summary>The candidate is as good as it must be.</summary>
    public bool Passes => ForPass >= PassAt;

    /// <summary>Weighs what was counted.</summary>
    /// <param name="lastStep">Whether the candidate has all the traffic, so that the champion's record stands for it.</param>
    public static ErrorTest Of(RolloutCounts counts, RolloutPolicy policy, bool lastStep)
    {
        PairCount window = counts.Weighed;
        PairCount all = counts.WindowsBefore + window;
        double alone = counts.AloneBefore + ErrorEvidence.Alone(window.Requests, window.Failed, policy.MaxErrorRate, policy.BadErrorRate);
        // The rates to compare with may depend on the past only.
        double champion = ErrorEvidence.ProvenRate(counts.Record.Requests + counts.Before.ChampionRequests, counts.Record.Failed + counts.Before.ChampionFailed);
        (double healthy, double bad) = Rates(policy, champion);
        double beside = counts.BesideBefore + (lastStep ? 0 : ErrorEvidence.Beside(window, healthy, healthy + (Towards * (bad - healthy))));
        double record = lastStep || counts.Step.ChampionRequests == 0 ? AgainstRecord(counts, healthy, bad) : 0;
        // Where no champion was ever asked beside it, as in a blue/green rollout, the record has the whole budget.
        bool onlyRecord = lastStep && counts.WindowsBefore.ChampionRequests == 0;
        double worse = ErrorEvidence.Mean(beside, record, onlyRecord ? 1 : RecordShare);
        (double good, double worst) = Rates(
            policy, onlyRecord ? champion : ErrorEvidence.ProvenRate(counts.Total.ChampionRequests, counts.Total.ChampionFailed));
        double forPass = -ErrorEvidence.Alone(all.Requests, all.Failed, good, worst);
        double clearAt = ErrorEvidence.Alone(policy.MinRequests, 0, policy.MaxErrorRate, policy.BadErrorRate);
        return new ErrorTest(alone, beside, worse, forPass, -Math.Log(policy.FalseAbort), clearAt);
    }

    /// <summary>The counts for the next look: past innocence beyond the floor is forgotten. On the last step the record may be used but once.</summary>
    public RolloutCounts Settle(RolloutCounts counts, bool lastStep) =>
        lastStep || counts.BurstSince is not null || Math.Min(Alone, Beside) > Floor - 1 ? counts : counts.CloseWindow(Math.Max(Alone, Floor), Math.Max(Beside, Floor));

    /// <summary>The counts after a step.</summary>
    public RolloutCounts CloseStep(RolloutCounts counts) => counts.CloseStep(Math.Max(Alone, Floor), Math.Max(Beside, Floor));

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
