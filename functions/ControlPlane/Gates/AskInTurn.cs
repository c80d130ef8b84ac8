using LlmOps.Gates.Suites;

namespace LlmOps.Gates;

/// <summary>Whom to ask: an endpoint, and the version that must answer there (null: whichever does).</summary>
public sealed record Side(Uri Endpoint, string? Version = null);

/// <summary>The candidate, and the champion that it is compared with, if any.</summary>
public sealed record Sides(string Model, Side Candidate, Side? Champion);

/// <summary>An evaluation as far as it was taken, and whose answer ended it early because another version was asked.</summary>
public sealed record AskedSlice(Evaluation Evaluation, string? Foreign);

/// <summary>
/// Asks candidate and champion the same item one after the other, each going first in turn, so that whatever else the
/// machines do meanwhile meets both alike.
/// </summary>
public sealed class AskInTurn(InferenceClient client, GradeAnswer grade, TimeProvider clock)
{
    /// <summary>Goes on with an evaluation for one slice of time; the same evaluation comes back when all was asked.</summary>
    public async Task<AskedSlice> Continue(
        Evaluation evaluation, IReadOnlyList<Dataset> datasets, bool logprobs, Sides sides, TimeSpan slice, CancellationToken cancellation)
    {
        HashSet<(string, string)> asked = evaluation.Candidate.Select(sample => (sample.Dataset, sample.Item)).ToHashSet();
        List<(Dataset Dataset, EvaluationItem Item)> open = datasets
            .SelectMany(dataset => dataset.Items.Select(item => (dataset, item)))
            .Where(pair => !asked.Contains((pair.dataset.Name, pair.item.Id))).ToList();
        List<Sample> ofCandidate = [.. evaluation.Candidate];
        List<Sample> ofChampion = [.. evaluation.Champion];
        string? foreign = null;
        long start = clock.GetTimestamp();
        foreach ((Dataset dataset, EvaluationItem item) in open)
        {
            (Sample candidate, Sample? champion, foreign) = await Pair(dataset.Name, item, logprobs, sides, championFirst: ofCandidate.Count % 2 == 0, cancellation);
            if (foreign is not null)
            {
                break;
            }
            ofCandidate.Add(candidate);
            if (champion is not null)
            {
                ofChampion.Add(champion);
            }
            if (clock.GetElapsedTime(start) >= slice)
            {
                break;
            }
        }
        return new AskedSlice(evaluation with { Candidate = ofCandidate, Champion = ofChampion }, foreign);
    }

    private async Task<(Sample Candidate, Sample? Champion, string? Foreign)> Pair(
        string dataset, EvaluationItem item, bool logprobs, Sides sides, bool championFirst, CancellationToken cancellation)
    {
        Task<(Sample, string?)> Of(Side side) => Ask(side, sides.Model, dataset, item, logprobs, cancellation);
        if (sides.Champion is null)
        {
            (Sample only, string? stranger) = await Of(sides.Candidate);
            return (only, null, stranger);
        }
        (Sample first, string? one) = await Of(championFirst ? sides.Champion : sides.Candidate);
        (Sample second, string? other) = await Of(championFirst ? sides.Candidate : sides.Champion);
        return championFirst ? (second, first, one ?? other) : (first, second, one ?? other);
    }

    private async Task<(Sample Sample, string? Foreign)> Ask(
        Side side, string model, string dataset, EvaluationItem item, bool logprobs, CancellationToken cancellation)
    {
        logprobs |= item.Assertions.Any(assertion => assertion.Type.StartsWith("perplexity", StringComparison.Ordinal));
        Completion answer = await client.Ask(side.Endpoint, model, item.Prompt, logprobs, cancellation);
        (bool right, IReadOnlyList<CheckResult> checks) = await grade.Of(item, answer, cancellation);
        Sample sample = new(dataset, item.Id, item.Prompt, answer.Text, answer.Tokens, Math.Round(answer.LatencyMs, 3), answer.Error, right)
        {
            Checks = checks,
            Perplexity = answer.Perplexity,
        };
        return (sample, Foreign(answer.Fingerprint, model, side.Version));
    }

    // Our server says `model@version` with every answer; what another server says there tells nothing of the version.
    private static string? Foreign(string? fingerprint, string model, string? version) =>
        version is not null && fingerprint?.StartsWith($"{model}@", StringComparison.Ordinal) == true && fingerprint != $"{model}@{version}"
            ? fingerprint
            : null;
}
