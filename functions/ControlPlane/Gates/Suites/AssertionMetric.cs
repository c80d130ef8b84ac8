using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Metrics of promptfoo's assertions: those of one type, or those that people gave one name.</summary>
internal static class AssertionMetric
{
    /// <summary>
    /// Of types that pass or not, the share of items that pass all of theirs; of types with a score and of named ones, the
    /// mean over items of the weighted score. An item without an answer scores 0.
    /// </summary>
    public static Measured Of(string kind, string? label, IReadOnlyList<Sample> samples, Func<Sample, EvaluationItem?> itemOf)
    {
        string type = kind.Replace('_', '-');
        bool Counts(string itsType, string? itsLabel) => kind == MetricNames.Named
            ? itsLabel == label
            : (itsType == type || itsType == $"not-{type}") && (label is null || itsLabel == label);
        List<Sample> having = [.. samples.Where(sample => itemOf(sample) is { } item && Flat(item.Assertions).Any(one => Counts(one.Type, one.Metric)))];
        IEnumerable<CheckResult> Own(Sample sample) => sample.AllChecks.Where(check => Counts(check.Type, check.Metric));
        List<Sample> judged = [.. having.Where(sample => Own(sample).All(check => check.Passed is not null))];
        Measured measured = MetricNames.Passing.Contains(kind)
            ? Metric.Share(judged, sample => sample.Error is null && Own(sample).All(check => check.Passed == true))
            : Metric.Mean(judged, sample => sample.Error is null ? GradeAnswer.Score([.. Own(sample)]) : 0);
        return measured with { Unjudged = having.Count - judged.Count };
    }

    /// <summary>The assertions, and those within sets.</summary>
    internal static IEnumerable<Assertion> Flat(IEnumerable<Assertion> assertions) => assertions.SelectMany(one => one.Children.Prepend(one));
}
