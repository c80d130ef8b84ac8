using LlmOps.Gates.Suites;
using LlmOps.Manifests;

namespace LlmOps.Gates;

/// <summary>
/// Whom to ask: an endpoint, and the version that must answer there (null: whichever does). <paramref name="Digest"/> names
/// what runs there, for answers that are kept; null keeps none.
/// </summary>
public sealed record Side(Uri Endpoint, string? Version = null, string? Digest = null);

/// <summary>The candidate, and the champion that it is compared with, if any.</summary>
public sealed record Sides(string Model, Side Candidate, Side? Champion);

/// <summary>What is asked: every item of the datasets as often as the policy says, for what its gates look at.</summary>
public sealed record Questions(IReadOnlyList<Dataset> Datasets, int Repeat, Asked Asked, bool Memory, bool Cache)
{
    public static Questions Of(IReadOnlyList<Dataset> datasets, ModelPolicy policy) =>
        new(datasets, policy.Repeat, new Asked(policy.NeedsLogprobs, policy.NeedsStreams), policy.NeedsMemory, policy.Cache && !NeedsTime(datasets));

    /// <summary>How many answers each side gives.</summary>
    public int Count => Repeat * Datasets.Sum(dataset => dataset.Items.Count);

    private static bool NeedsTime(IEnumerable<Dataset> datasets) =>
        datasets.SelectMany(dataset => dataset.Items).SelectMany(item => AssertionMetric.Flat(item.Assertions)).Any(assertion => assertion.Type == "latency");
}

/// <summary>An evaluation as far as it was taken, and whose answer ended it early because another version was asked.</summary>
public sealed record AskedSlice(Evaluation Evaluation, string? Foreign);

/// <summary>
/// Asks candidate and champion the same item one after the other, each going first in turn, so that whatever else the
/// machines do meanwhile meets both alike.
/// </summary>
public sealed class AskInTurn(AskOnce ask, ReadPeakMemory memory, TimeProvider clock)
{
    /// <summary>Goes on with an evaluation for one slice of time; the same evaluation comes back when all was asked.</summary>
    public async Task<AskedSlice> Continue(Evaluation evaluation, Questions questions, Sides sides, TimeSpan slice, CancellationToken cancellation)
    {
        HashSet<(string, string, int)> asked = [.. evaluation.Candidate.Select(sample => (sample.Dataset, sample.Item, sample.Run))];
        List<(string Dataset, EvaluationItem Item, int Run)> open =
        [
            .. Enumerable.Range(0, questions.Repeat).SelectMany(run => questions.Datasets.SelectMany(dataset => dataset.Items.Select(item => (dataset.Name, item, run))))
                .Where(one => !asked.Contains((one.Name, one.item.Id, one.run))),
        ];
        List<Sample> ofCandidate = [.. evaluation.Candidate];
        List<Sample> ofChampion = [.. evaluation.Champion];
        string? foreign = null;
        long start = clock.GetTimestamp();
        foreach ((string dataset, EvaluationItem item, int run) in open)
        {
            Task<AskedOnce> Of(Side side) => ask.Handle(side, sides.Model, dataset, item, run, questions, cancellation);
            bool championFirst = ofCandidate.Count % 2 == 0;
            AskedOnce? champion = sides.Champion is { } serves && championFirst ? await Of(serves) : null;
            AskedOnce candidate = await Of(sides.Candidate);
            champion ??= sides.Champion is { } other ? await Of(other) : null;
            if ((foreign = candidate.Foreign ?? champion?.Foreign) is not null)
            {
                break;
            }
            ofCandidate.Add(candidate.Sample);
            if (champion is not null)
            {
                ofChampion.Add(champion.Sample);
            }
            if (clock.GetElapsedTime(start) >= slice)
            {
                break;
            }
        }
        Evaluation next = evaluation with { Candidate = ofCandidate, Champion = ofChampion };
        return new AskedSlice(questions.Memory ? await Measured(next, sides, cancellation) : next, foreign);
    }

    private async Task<Evaluation> Measured(Evaluation evaluation, Sides sides, CancellationToken cancellation) => evaluation with
    {
        CandidateMemoryMB = Most(evaluation.CandidateMemoryMB, await memory.Of(sides.Candidate.Endpoint, cancellation)),
        ChampionMemoryMB = sides.Champion is { } champion ? Most(evaluation.ChampionMemoryMB, await memory.Of(champion.Endpoint, cancellation)) : null,
    };

    private static double? Most(double? before, double? now) => before is { } a && now is { } b ? Math.Max(a, b) : before ?? now;
}
