namespace LlmOps.Gates;

/// <summary>One item asked of one side: the answer and whether it was right.</summary>
public sealed record Sample(string Dataset, string Item, string Prompt, string Text, int Tokens, double LatencyMs, string? Error, bool Right);

/// <summary>
/// What has been asked so far, of candidate and champion in turn, under the policy of one revision. Stored after each
/// slice, so that a killed evaluation goes on where it was.
/// </summary>
public sealed record Evaluation(
    string PolicyRevision,
    IReadOnlyDictionary<string, string> DatasetDigests,
    IReadOnlyList<Sample> Candidate,
    IReadOnlyList<Sample> Champion)
{
    public static Evaluation Begin(string revision, IEnumerable<Dataset> datasets) =>
        new(revision, datasets.ToDictionary(dataset => dataset.Name, dataset => dataset.Digest), [], []);
}
