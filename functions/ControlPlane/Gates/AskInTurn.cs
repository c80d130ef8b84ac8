namespace LlmOps.Gates;

/// <summary>
/// Asks candidate and champion the same item one after the other, each going first in turn, so that whatever else the
/// machines do meanwhile meets both alike.
/// </summary>
public sealed class AskInTurn(InferenceClient client, ControlPlaneOptions options, TimeProvider clock)
{
    /// <summary>Goes on with an evaluation for one slice of time; the same evaluation comes back when all was asked.</summary>
    public async Task<Evaluation> Continue(
        Evaluation evaluation, IReadOnlyList<Dataset> datasets, string model, Uri candidate, Uri? champion, CancellationToken cancellation)
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
                samples.Add(await Ask(endpoint, model, dataset.Name, item, cancellation));
            }
            if (clock.GetElapsedTime(start) >= options.EvaluationSlice)
            {
                break;
            }
        }
        return evaluation with { Candidate = ofCandidate, Champion = ofChampion };
    }

    private async Task<Sample> Ask(Uri endpoint, string model, string dataset, EvaluationItem item, CancellationToken cancellation)
    {
        Completion answer = await client.Ask(endpoint, model, item.Prompt, cancellation);
        bool right = answer.Error is null && item.Accepts(answer.Text);
        return new Sample(dataset, item.Id, item.Prompt, answer.Text, answer.Tokens, Math.Round(answer.LatencyMs, 3), answer.Error, right);
    }
}
