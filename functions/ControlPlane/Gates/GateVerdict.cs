using System.Globalization;
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
    /// <summary>Holds a candidate's value against a gate's limits; with a champion, also against its value.</summary>
    public static GateVerdict Decide(GateRule gate, double? candidate, double? champion, bool hasChampion)
    {
        GateVerdict Because(Outcome outcome, string text) => new(gate.Metric, outcome, candidate, champion, text);
        if (candidate is not { } value)
        {
            return Because(Outcome.Fail, "the candidate has no value for this metric");
        }
        List<string> misses = [.. Absolute(gate, value)];
        if (gate.VsChampion is { } limit && hasChampion)
        {
            misses.AddRange(champion is { } baseline ? Against(limit, value, baseline) : ["the champion has no value for this metric"]);
        }
        if (misses.Count > 0)
        {
            return Because(Outcome.Fail, string.Join("; ", misses));
        }
        string compared = gate.VsChampion is null ? "" : hasChampion ? $", champion {Show(champion!.Value)}" : ", no champion yet: absolute limits only";
        return Because(Outcome.Pass, Show(value) + compared);
    }

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

    private static IEnumerable<string> Against(ChampionLimit limit, double value, double baseline)
    {
        (double? Limit, double Change, string Name)[] checks =
        [
            (limit.MaxDrop, baseline - value, "below"),
            (limit.MaxIncrease, value - baseline, "above"),
            (limit.MaxRelativeDrop * baseline, baseline - value, "below"),
            (limit.MaxRelativeIncrease * baseline, value - baseline, "above"),
        ];
        return checks.Where(check => check.Limit is { } allowed && check.Change > allowed + 1e-12)
            .Select(check => $"{Show(value)} is {Show(check.Change)} {check.Name} the champion's {Show(baseline)}; allowed is {Show(check.Limit!.Value)}");
    }

    private static string Show(double value) =>
        value.ToString(Math.Abs(value) switch { >= 100 => "F0", >= 10 => "F1", >= 1 => "0.###", _ => "G3" }, CultureInfo.InvariantCulture);
}
