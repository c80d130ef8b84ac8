using LlmOps.Ports;

namespace LlmOps.Benchmarks.Canary;

/// <summary>Poisson arrivals, each routed by chance with the candidate's weight; time in seconds since the rollout began.</summary>
internal sealed class SimulatedTraffic
{
    private const double OutageRate = 0.3;
    private const double OutageLength = 120;

    private readonly Chance chance;
    private readonly Scenario scenario;
    private readonly double perSecond;
    private readonly PriorityQueue<bool, double> retries = new();
    private double outageFrom = double.PositiveInfinity;
    private double arrival;

    public SimulatedTraffic(Scenario scenario, double requestsPerMinute, Chance chance)
    {
        (this.scenario, this.chance, perSecond) = (scenario, chance, requestsPerMinute / 60);
        Next = arrival = Wait();
    }

    /// <summary>When the next request comes.</summary>
    public double Next { get; private set; }

    /// <summary>When the last one came.</summary>
    public double Last { get; private set; }

    /// <summary>Whether the candidate fails as the scenario says; before, as its champion does.</summary>
    public bool Turned { get; set; } = true;

    public TrafficCount Candidate { get; private set; }

    public TrafficCount Champion { get; private set; }

    /// <summary>The champion's record before the rollout: an hour of this traffic, its failures Poisson (product of uniforms, Knuth 1969).</summary>
    public void Warm()
    {
        double requests = perSecond * 3600;
        long failed = -1;
        for (double left = requests * scenario.ChampionErrorRate; left >= 0; failed++)
        {
            left -= chance.Exponential();
        }
        Champion = new TrafficCount((long)requests, failed);
    }

    public void BeginOutage(double from) => outageFrom = from;

    /// <summary>Serves what comes until the candidate is asked or the champion fails, or a time: with nothing else there is nothing to judge.</summary>
    public void ServeUntilNews(double until, double candidateShare)
    {
        (long requests, long failed) = (Candidate.Requests, Champion.Failed);
        while (Next < until && Candidate.Requests == requests && Champion.Failed == failed)
        {
            ServeOne(candidateShare);
        }
    }

    /// <summary>Serves what comes until a time, and counts it.</summary>
    public void Serve(double until, double candidateShare)
    {
        while (Next < until)
        {
            ServeOne(candidateShare);
        }
    }

    private void ServeOne(double candidateShare)
    {
        Last = Next;
        if (retries.TryPeek(out bool toCandidate, out double at) && at <= Next)
        {
            retries.Dequeue();
            Count(toCandidate, failed: true);
        }
        else
        {
            Ask(chance.Uniform() < candidateShare);
            arrival = Next + Wait();
        }
        Next = retries.TryPeek(out _, out at) ? Math.Min(at, arrival) : arrival;
    }

    private void Ask(bool candidate)
    {
        double rate = Next >= outageFrom && Next < outageFrom + OutageLength ? OutageRate
            : candidate && Turned ? scenario.CandidateErrorRate : scenario.ChampionErrorRate;
        bool failed = chance.Uniform() < rate;
        Count(candidate, failed);
        for (int i = 0; failed && i < scenario.Retries; i++)
        {
            retries.Enqueue(candidate, Next + (0.5 * ((1 << (i + 1)) - 1)));
        }
    }

    private void Count(bool candidate, bool failed)
    {
        TrafficCount one = new(1, failed ? 1 : 0);
        if (candidate)
        {
            Candidate += one;
        }
        else
        {
            Champion += one;
        }
    }

    private double Wait() => chance.Exponential() / perSecond;
}
