using LlmOps.Gates.Suites;

namespace LlmOps.Gates;

/// <summary>
/// Asks candidate and champion the same item one after the other, each going first in turn, so that whatever else the
/// machines do meanwhile meets both alike.
/// </summary>
public sealed class AskInTurn(InferenceClient client, GradeAnswer grade, TimeProvider clock)
{
    /// <summary>Goes on with an evaluation for one slice of time; the same evaluation comes back when all was asked.</summary>
    public async Task<Evaluation> Continue(
        Evaluation evaluation, IReadOnlyList<Dataset> datasets, bool logprobs, string model, Uri candidate, Uri? champion, TimeSpan slice, CancellationToken cancellation)
    {
        HashSet<(string, string)> asked = evaluation.Candidate.Select(sample => (sample.Dataset, sample.Item)).ToHashSet();
        List<(Dataset Dataset, EvaluationItem Item)> open = datasets
            .SelectMany(dataset => dataset.Items.Select(item => (dataset, item)))
            .Where(pair => !asked.Contains((pair.dataset.Name, pair.item.Id))).ToList();
        if (open.Count == 0)
        {
            return evaluation;
        }
        List<Sample> ofCandidate = [.. evaluation.Candidate];
        List<Sample> ofChampion = [.. evaluation.Champion];
        long start = clock.GetTimestamp();
        foreach ((Dataset dataset, EvaluationItem item) in open)
        {
            List<(Uri Endpoint, List<Sample> Samples)> sides = [(candidate, ofCandidate)];
            if (champion is not null)
            {
                sides.Insert(ofCandidate.Count % 2, (champion, ofChampion));
            }
            foreach ((Uri endpoint, List<Sample> samples) in sides)
            {
                samples.Add(await Ask(endpoint, model, dataset.Name, item, logprobs, cancellation));
            }
            if (clock.GetElapsedTime(start) >= slice)
            {
                break;
            }
        }
        return evaluation with { Candidate = ofCandidate, Champion = ofChampion };
    }

    private async Task<Sample> Ask(Uri endpoint, string model, string dataset, EvaluationItem item, bool logprobs, CancellationToken cancellation)
    {
        logprobs |= item.Assertions.Any(assertion => assertion.Type.StartsWith("perplexity", StringComparison.Ordinal));
        Completion answer = await client.Ask(endpoint, model, item.Prompt, logprobs, cancellation);
        (bool right, IReadOnlyList<CheckResult> checks) = await grade.Of(item, answer, cancellation);
        return new Sample(dataset, item.Id, item.Prompt, answer.Text, answer.Tokens, Math.Round(answer.LatencyMs, 3), answer.Error, right)
        {
            Checks = checks,
            Perplexity = answer.Perplexity,
        };
    }
}
