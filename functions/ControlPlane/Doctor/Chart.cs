using LlmOps.Ports;

namespace LlmOps.Doctor;

/// <summary>What an examination writes down: findings, and the time of each stage.</summary>
internal sealed class Chart
{
    private readonly List<Finding> findings = [];
    private readonly SortedDictionary<RollbackStage, StageTime> stages = [];

    public void Add(Finding finding) => findings.Add(finding);

    /// <summary>Adds a finding at a place; a missing value is shown as absent.</summary>
    public void Add(RollbackStage stage, Concern concern, Place place, string setting, double seconds, string why, string instead, string? value = null) =>
        findings.Add(new Finding(
            stage, concern, place.File, place.Line, setting, value ?? (place.Text is { } text ? PlainText.OneLine(text, 60) : place.Exists ? "(set)" : "absent"),
            seconds, why, instead));

    /// <summary>Adds a finding about what stands nowhere.</summary>
    public void Missing(RollbackStage stage, Concern concern, string setting, double seconds, string why, string instead) =>
        findings.Add(new Finding(stage, concern, "", 0, setting, "absent", seconds, why, instead));

    public void Spend(RollbackStage stage, double best, double worst, string of) => stages[stage] = new StageTime(stage, best, worst, of);

    /// <summary>Reads a duration; one that cannot be read is a finding, and counts as the default.</summary>
    public Timing Read(RollbackStage stage, Place parent, string key, double fallback, string byDefault)
    {
        Place place = parent.At(key);
        if (place.Exists && SpanText.Seconds(place.Text) is null)
        {
            Add(stage, Concern.Breaks, place, key, 0, "it is not a duration, so the whole configuration is refused", "a duration such as 10s");
        }
        return SpanText.Seconds(place.Text) is { } seconds
            ? new Timing(place, key, seconds, place.Text!)
            : new Timing(place, key, fallback, $"absent ({byDefault} by default)");
    }

    /// <summary>Adds a finding when a duration is above a limit.</summary>
    public void Above(double limit, RollbackStage stage, Timing timing, string why, string instead)
    {
        if (timing.Seconds > limit)
        {
            Add(stage, Concern.Slows, timing.Place, timing.Setting, timing.Seconds, why, instead, timing.Shown);
        }
    }

    /// <summary>The worst seconds of the stages written down so far.</summary>
    public double WorstOf(params RollbackStage[] some) => some.Sum(stage => stages.TryGetValue(stage, out StageTime? time) ? time.WorstSeconds : 0);

    public Diagnosis Close() => new(
        [.. findings.OrderBy(finding => finding.Concern).ThenBy(finding => finding.Stage)
            .ThenBy(finding => finding.File, StringComparer.Ordinal).ThenBy(finding => finding.Line)],
        [.. stages.Values]);
}

/// <summary>A duration that was read: where, the setting's name, its seconds, and how it is shown.</summary>
internal sealed record Timing(Place Place, string Setting, double Seconds, string Shown);
