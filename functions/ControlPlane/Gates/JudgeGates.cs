using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>Turns what was measured into verdicts, purely.</summary>
public static class JudgeGates
{
    /// <summary>Judges a finished evaluation: one failed gate fails it, one that cannot tell holds it, a warning does neither.</summary>
    public static GateReport Decide(Release release, ModelPolicy policy, Evaluation evaluation, IReadOnlyList<Dataset> datasets)
    {
        Dictionary<(string, string), EvaluationItem> items = datasets
            .SelectMany(dataset => dataset.Items.Select(item => (dataset.Name, item)))
            .ToDictionary(pair => (pair.Name, pair.item.Id), pair => pair.item);
        string seed = string.Join('/', [release.Digest, .. evaluation.DatasetDigests.Values.Order(StringComparer.Ordinal)]);
        List<GateVerdict> verdicts = policy.Gates.Select(gate => GateVerdict.Decide(
            gate, Metric.Of(gate, evaluation.Candidate, items), Metric.Of(gate, evaluation.Champion, items), release.Champion is not null,
            policy.MissingMetric, seed)).ToList();
        List<GateVerdict> blocking = verdicts.Where(verdict => verdict.Blocks).ToList();
        Outcome outcome = blocking.Count == 0 ? Outcome.Pass
            : blocking.Any(verdict => verdict.Outcome == Outcome.Fail) ? Outcome.Fail
            : Outcome.Inconclusive;
        return new GateReport(
            release.Model, release.Version, release.Digest, release.Champion, outcome, evaluation.PolicyRevision, policy.Version,
            evaluation.DatasetDigests, evaluation.Candidate.Count, verdicts, Failed(evaluation, items));
    }

    private static List<FailedItem> Failed(Evaluation evaluation, Dictionary<(string, string), EvaluationItem> items)
    {
        Dictionary<(string, string), Sample> champion = evaluation.Champion.ToDictionary(sample => (sample.Dataset, sample.Item));
        return evaluation.Candidate.Where(sample => !sample.Right).Select(sample =>
        {
            EvaluationItem item = items[(sample.Dataset, sample.Item)];
            Sample? other = champion.GetValueOrDefault((sample.Dataset, sample.Item));
            return new FailedItem(sample.Dataset, sample.Item, item.Prompt, item.Expected, sample.Error ?? sample.Text, other?.Text, other?.Right == true);
        }).ToList();
    }
}
