namespace LlmOps.Benchmarks.Canary;

/// <summary>What both versions do to their requests.</summary>
/// <param name="Outage">Both fail 30 % of their requests for two minutes that begin on a step with a champion beside.</param>
/// <param name="Retries">How often the client of a failed request asks again, half a second and then a second later, in vain.</param>
/// <param name="AllToCandidate">Every request is the candidate's from the start: how the figures of the threshold rule are made that are usually cited.</param>
/// <param name="HealthySteps">On so many steps the candidate fails as its champion does, and only then as its own rate says.</param>
internal sealed record Scenario(
    string Name, double ChampionErrorRate, double CandidateErrorRate, bool Outage = false, int Retries = 0, bool AllToCandidate = false, int HealthySteps = 0)
{
    public static Scenario Healthy { get; } = new("healthy", 0.005, 0.005);

    public static Scenario Bad { get; } = new("bad", 0.005, 0.05);

    public static Scenario SharedOutage { get; } = new("shared outage", 0.005, 0.005, Outage: true);

    public static Scenario Clumped { get; } = new("clumped by retries", 0.005, 0.005, Retries: 2);

    public static Scenario AsSick { get; } = new("champion as sick", 0.02, 0.02);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Healthy, Bad, new("between", 0.005, 0.02), new("broken", 0.005, 1), new("bad from the third step", 0.005, 0.05, HealthySteps: 2), SharedOutage, Clumped,
        new("champion at 1 %", 0.01, 0.01), AsSick, new("healthy, all requests the canary's", 0.005, 0.005, AllToCandidate: true),
    ];
}
