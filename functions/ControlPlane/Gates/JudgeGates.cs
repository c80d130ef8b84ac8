using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>What is judged: a version by its digest, and the champion's version where there is one.</summary>
public sealed record GateSubject(string Model, string Version, string Digest, string? Champion);

/// <summary>Turns what was measured into verdicts, purely.</summary>
public static class JudgeGates
{
    /// <summary>Judges a finished evaluation: one failed gate fails it, one that cannot tell holds it, a warning does neither.</summary>
    public static GateReport Decide(GateSubject subject, ModelPolicy policy, Evaluation evaluation, IReadOnlyList<Dataset> datasets)
    {
        Dictionary<(string, string), EvaluationItem> items = datasets
            .SelectMany(dataset => dataset.Items.Select(item => (dataset.Name, item)))
            .ToDictionary(pair => (pair.Name, pair.item.Id), pair => pair.item);
        IReadOnlyList<Sample> candidate = Repeats.Collapse(evaluation.Candidate);
        IReadOnlyList<Sample> champion = Repeats.Collapse(evaluation.Champion);
        string seed = string.Join('/', [subject.Digest, .. evaluation.DatasetDigests.Values.Order(StringComparer.Ordinal)]);
        List<GateVerdict> verdicts = policy.Gates.Select(gate => GateVerdict.Decide(
            gate, Metric.Of(gate, candidate, items, evaluation.CandidateMemoryMB), Metric.Of(gate, champion, items, evaluation.ChampionMemoryMB), subject.Champion is not null,
            policy.MissingMetric, seed)).ToList();
        List<GateVerdict> blocking = verdicts.Where(verdict => verdict.Blocks).ToList();
        Outcome outcome = blocking.Count == 0 ? Outcome.Pass
            : blocking.Any(verdict => verdict.Outcome == Outcome.Fail) ? Outcome.Fail
            : Outcome.Inconclusive;
        return new GateReport(
            subject.Model, subject.Version, subject.Digest, subject.Champion, outcome, evaluation.PolicyRevision, policy.Version,
            evaluation.DatasetDigests, candidate.Count, verdicts, Failed(candidate, champion, items))
        {
            Flaky = Repeats.Flaky(evaluation.Candidate), Cached = evaluation.Candidate.Concat(evaluation.Champion).Count(sample => sample.Cached),
        };
    }

    private static string Expected(EvaluationItem item, Sample sample) => item.Match != Match.Assertions
        ? item.Expected
        : string.Join("; ", sample.Checks.Where(check => check.Passed != true).Select(check => $"{check.Type}: {check.Reason}"));

    private static List<FailedItem> Failed(IReadOnlyList<Sample> ofCandidate, IReadOnlyList<Sample> ofChampion, Dictionary<(string, string), EvaluationItem> items)
    {
        Dictionary<(string, string), Sample> champion = ofChampion.ToDictionary(sample => (sample.Dataset, sample.Item));
        return ofCandidate.Where(sample => !sample.Right).Select(sample =>
        {
            EvaluationItem item = items[(sample.Dataset, sample.Item)];
            Sample? other = champion.GetValueOrDefault((sample.Dataset, sample.Item));
            return new FailedItem(sample.Dataset, sample.Item, item.Prompt, Expected(item, sample), sample.Error ?? sample.Text, other?.Text, other?.Right == true);
        }).ToList();
    }
}
