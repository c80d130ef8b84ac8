namespace LlmOps.Benchmarks.Canary;

/// <summary>What both versions do to their requests.</summary>
/// <param name="Outage">Both fail 30 % of their requests for two minutes that begin on a step with a champion beside.</param>
/// <param name="Retries">How often the client of a failed request asks again, half a second and then a second later, in vain.</param>
internal sealed record Scenario(string Name, double ChampionErrorRate, double CandidateErrorRate, bool Outage = false, int Retries = 0)
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("healthy", 0.005, 0.005),
        new("bad", 0.005, 0.05),
        new("between", 0.005, 0.02),
        new("broken", 0.005, 1),
        new("shared outage", 0.005, 0.005, Outage: true),
        new("clumped by retries", 0.005, 0.005, Retries: 2),
        new("champion as sick", 0.02, 0.02),
    ];
}
