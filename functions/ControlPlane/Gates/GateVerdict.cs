using System.Globalization;
using LlmOps.Gates.Statistics;
using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>What a gate found.</summary>
public enum Outcome
{
    Pass,
    Fail,

    /// <summary>There is no telling: a person decides.</summary>
    Inconclusive,
}

/// <summary>A gate's verdict: the metric's value for candidate and champion, and which limit was missed by how much.</summary>
public sealed record GateVerdict(string Metric, Outcome Outcome, double? Candidate, double? Champion, string Text)
{
    public Severity Severity { get; init; } = Severity.Fail;

    /// <summary>What the items say of the candidate's own value, for shares.</summary>
    public Interval? CandidateBounds { get; init; }

    /// <summary>What each limit against the champion showed.</summary>
    public IReadOnlyList<Comparison> Comparisons { get; init; } = [];

    /// <summary>Whether it keeps the release from going on; a warning never does.</summary>
    public bool Blocks => Severity == Severity.Fail && Outcome != Outcome.Pass;

    /// <summary>Holds a candidate's values against a gate's limits; with a champion, also against the champion's on the same items.</summary>
    /// <param name="seed">Names the evidence: the same one gives the same verdict.</param>
    public static GateVerdict Decide(
        GateRule gate, Measured candidate, Measured champion, bool hasChampion, MissingMetric missing = MissingMetric.Fail, string seed = "")
    {
        IReadOnlyList<Comparison> comparisons = [];
        GateVerdict Because(Outcome outcome, string text) =>
            new(gate.Metric, outcome, candidate.Value, champion.Value, text) { Severity = gate.Severity, Comparisons = comparisons, CandidateBounds = candidate.Bounds(gate.VsChampion?.Alpha ?? 0.05) };
        int unjudged = candidate.Unjudged + (hasChampion && gate.VsChampion is not null ? champion.Unjudged : 0);
        Outcome absent = unjudged > 0 || missing == MissingMetric.Hold ? Outcome.Inconclusive : Outcome.Fail;
        GateVerdict Passed(string text) => unjudged == 0
            ? Because(Outcome.Pass, text)
            : Because(Outcome.Inconclusive, $"{unjudged} items could not be judged; of the others {text}");
        if (candidate.Value is not { } value)
        {
            return Because(absent, "the candidate has no value for this metric");
        }
        List<string> misses = [.. Absolute(gate, value)];
        if (gate.VsChampion is not { } limit || !hasChampion)
        {
            string alone = gate.VsChampion is null ? "" : ", no champion yet: absolute limits only";
            return misses.Count > 0 ? Because(Outcome.Fail, string.Join("; ", misses)) : Passed(Show(value) + alone);
        }
        if (champion.Value is not { } baseline)
        {
            return Because(misses.Count > 0 ? Outcome.Fail : absent, string.Join("; ", [.. misses, "the champion has no value for this metric"]));
        }
        comparisons = Comparison.All(limit, candidate, champion, $"{seed}/{gate.Metric}");
        misses.AddRange(comparisons.Where(comparison => Settled(limit, comparison) == Outcome.Fail).Select(comparison => Miss(comparison, value, baseline)));
        if (misses.Count > 0)
        {
            return Because(Outcome.Fail, string.Join("; ", misses));
        }
        List<string> open = [.. comparisons.Where(comparison => Settled(limit, comparison) == Outcome.Inconclusive).Select(Open)];
        return open.Count > 0
            ? Because(Outcome.Inconclusive, $"{Show(value)}, champion {Show(baseline)}: {string.Join("; ", open)}")
            : Passed($"{Show(value)}, champion {Show(baseline)}{string.Concat(comparisons.Select(Held))}");
    }

    private static Outcome Settled(ChampionLimit limit, Comparison comparison) => (comparison.Told, limit.OnInconclusive) switch
    {
        (not Outcome.Inconclusive, _) => comparison.Told,
        (_, OnInconclusive.Hold) => Outcome.Inconclusive,
        (_, OnInconclusive.PassPointEstimate) => comparison.HoldsAsSeen ? Outcome.Pass : Outcome.Fail,
        _ => Outcome.Fail,
    };

    private static IEnumerable<string> Absolute(GateRule gate, double value)
    {
        if (gate.Min is { } min && value < min)
        {
            yield return $"{Show(value)} is {Show(min - value)} below the least allowed {Show(min)}";
        }
        if (gate.Max is { } max && value > max)
        {
            yield return $"{Show(value)} is {Show(value - max)} above the most allowed {Show(max)}";
        }
    }

    private static string Miss(Comparison comparison, double value, double baseline)
    {
        string change = comparison.Items == 0
            ? $"{Show(value)} and the champion's {Show(baseline)} have no items in common; allowed is {Show(comparison.Allowed)}"
            : comparison.HoldsAsSeen ? $"{Show(value)} against the champion's {Show(baseline)} is not shown to keep the limit; allowed is {Show(comparison.Allowed)}"
            : $"{Show(value)} is {Show(Math.Abs(value - baseline))} {(value < baseline ? "below" : "above")} the champion's {Show(baseline)}; allowed is {Show(comparison.Allowed)}";
        return $"{change} ({Bounds(comparison)})";
    }

    private static string Open(Comparison comparison) =>
        $"{comparison.Items} items cannot tell whether {comparison.Limit} {Show(comparison.Allowed)} holds ({Bounds(comparison)}); {Enough(comparison)}";

    private static string Enough(Comparison comparison) => comparison switch
    {
        { ItemsNeeded: { } needed } => $"about {Math.Max(needed, comparison.Items + 1)} items could",
        { Items: < 2 } => "so few do not tell how many could",
        _ => "no number of items could while the difference stays as seen",
    };

    private static string Held(Comparison comparison) => $" ({comparison.Limit}: {Bounds(comparison)}{(comparison.Told == Outcome.Pass ? "" : ", passed as seen: the items cannot tell")})";

    private static string Bounds(Comparison comparison) => string.Create(
        CultureInfo.InvariantCulture,
        $"difference {Show(comparison.Difference)} in {Show(comparison.Interval.Lower)} to {Show(comparison.Interval.Upper)}, margin {Show(comparison.Margin)}, alpha {comparison.Interval.Alpha}, {comparison.Items} items");

    // Zero has a sign that nobody wants to read.
    private static string Show(double value) => value == 0 ? "0"
        : value.ToString(Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "0.###", _ => "G3" }, CultureInfo.InvariantCulture);
}
