using System.Text.Json.Serialization;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Requests and failures of the candidate and of the champion beside it; fractions where a burst was weighed.</summary>
public readonly record struct PairCount(double Requests, double Failed, double ChampionRequests, double ChampionFailed)
{
    public static PairCount operator +(PairCount a, PairCount b) =>
        new(a.Requests + b.Requests, a.Failed + b.Failed, a.ChampionRequests + b.ChampionRequests, a.ChampionFailed + b.ChampionFailed);

    public static PairCount operator /(PairCount a, double by) =>
        new(a.Requests / by, a.Failed / by, a.ChampionRequests / by, a.ChampionFailed / by);

    public static PairCount Add(PairCount left, PairCount right) => left + right;

    public static PairCount Divide(PairCount left, double right) => left / right;
}

/// <summary>Failures among requests, of which the older ones fade.</summary>
public readonly record struct Share(double Requests, double Failed)
{
    private const double Kept = 50;

    public Share With(TrafficCount seen)
    {
        Share all = new(Requests + seen.Requests, Failed + seen.Failed);
        double fade = Math.Min(1, Kept / Math.Max(1, all.Requests));
        return new Share(all.Requests * fade, all.Failed * fade);
    }
}

/// <summary>
/// What a rollout has counted: the gateway's counters at the last look, the raw counts of this step and of the time before,
/// and the same weighed, so that a burst of the candidate's failures counts as one. A window is a time of one weight, or a part of it.
/// </summary>
/// <param name="Record">What the champion's slot had answered when the rollout began.</param>
/// <param name="Window">Weighed counts of this window, without the open burst.</param>
/// <param name="WindowsBefore">Weighed counts of the windows before.</param>
/// <param name="Recent">About the last fifty requests of the champion, older ones faded.</param>
/// <param name="AloneBefore">What the windows before say against the candidate by itself (log, nats).</param>
/// <param name="BesideBefore">What they say against it beside the champion (log, nats).</param>
public sealed record RolloutCounts(
    TrafficCount CandidateAt, TrafficCount ChampionAt, TrafficCount Record, PairCount Step, PairCount Before,
    PairCount Window, PairCount WindowsBefore, PairCount Burst, DateTimeOffset? BurstSince, Share Recent, double AloneBefore, double BesideBefore)
{
    /// <summary>
    /// How long after its first failure a burst lasts. A client that retries twice after 0.5 and 1 s, as the OpenAI client
    /// libraries do by default, fails three times in it.
    /// </summary>
    public static readonly TimeSpan BurstLength = TimeSpan.FromSeconds(2);

    /// <summary>The requests and failures since the rollout began.</summary>
    [JsonIgnore] public PairCount Total => Before + Step;

    /// <summary>This window with the open burst, whose requests of both sides count as many times less as the candidate failed in it.</summary>
    [JsonIgnore] public PairCount Weighed => Window + (Burst / Math.Max(1, Burst.Failed));

    /// <summary>A rollout that begins at these counters.</summary>
    public static RolloutCounts Begin(TrafficCount candidate, TrafficCount champion) =>
        new(candidate, champion, champion, default, default, default, default, default, null, default, 0, 0);

    /// <summary>Takes in the counters as they are now.</summary>
    public RolloutCounts Look(TrafficCount candidate, TrafficCount champion, DateTimeOffset now)
    {
        TrafficCount ours = candidate - CandidateAt;
        TrafficCount theirs = champion - ChampionAt;
        PairCount seen = new(ours.Requests, ours.Failed, theirs.Requests, theirs.Failed);
        bool open = BurstSince is { } since && now - since <= BurstLength;
        bool opens = !open && seen.Failed > 0;
        PairCount closed = open ? Window : Weighed;
        return this with
        {
            CandidateAt = candidate,
            ChampionAt = champion,
            Step = Step + seen,
            Window = open || opens ? closed : closed + seen,
            Burst = open ? Burst + seen : opens ? seen : default,
            BurstSince = open ? BurstSince : opens ? now : null,
            Recent = Recent.With(theirs),
        };
    }

    /// <summary>Ends the window, with the evidence up to its end.</summary>
    public RolloutCounts CloseWindow(double alone, double beside) => this with
    {
        WindowsBefore = WindowsBefore + Weighed,
        Window = default,
        Burst = default,
        BurstSince = null,
        AloneBefore = alone,
        BesideBefore = beside,
    };

    /// <summary>Ends the step: what comes next has another weight.</summary>
    public RolloutCounts CloseStep(double alone, double beside) => CloseWindow(alone, beside) with { Before = Total, Step = default };
}
