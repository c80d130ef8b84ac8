using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Rollouts;

/// <summary>
/// A sequential probability ratio test (Wald 1945) on the candidate's requests since it has traffic: between a version as
/// good as it must be and one as bad as must not get through. It may be looked at any number of times without spending
/// more than its error budget.
/// </summary>
public sealed record ErrorTest(double HealthyRate, double BadRate, double Evidence, double FailAt, double PassAt)
{
    /// <summary>The chance that a bad candidate is taken for a healthy one when it passes.</summary>
    private const double Miss = 0.05;

    /// <summary>The candidate shows more errors than a healthy version would.</summary>
    public bool Fails => Evidence >= FailAt;

    /// <summary>The candidate is as good as it must be.</summary>
    public bool Passes => Evidence <= PassAt;

    /// <summary>
    /// Weighs the candidate's counts of this step and adds the evidence of the steps before. A champion that errs more than
    /// the policy's healthy version in the same time raises both rates, so that an outage that both share is nobody's
    /// fault; over the whole rollout it would seem the candidate's, which has more of the later traffic. Where the champion
    /// is asked far less on this step, as at 100 %, its record since the rollout began stands for it.
    /// </summary>
    public static ErrorTest Of(RolloutFacts facts, RolloutPolicy policy)
    {
        TrafficCount candidate = facts.CandidateStep;
        TrafficCount champion = facts.ChampionStep.Requests * 2 >= candidate.Requests ? facts.ChampionStep : facts.ChampionTotal;
        double shared = champion.Requests == 0 ? 0 : champion.Failed / (double)champion.Requests;
        double healthy = Math.Clamp(Math.Max(policy.MaxErrorRate, shared), 1e-4, 0.9);
        double bad = Math.Min(healthy + (policy.BadErrorRate - policy.MaxErrorRate), 0.99);
        double evidence = facts.EvidenceBefore + (candidate.Failed * Math.Log(bad / healthy))
            + ((candidate.Requests - candidate.Failed) * Math.Log((1 - bad) / (1 - healthy)));
        return new ErrorTest(healthy, bad, evidence, Math.Log((1 - Miss) / policy.FalseAbort), Math.Log(Miss / (1 - policy.FalseAbort)));
    }
}
