using System.Text.Json.Serialization;
using LlmOps.Gates.Suites;

namespace LlmOps.Gates;

/// <summary>One item asked of one side: the answer and whether it was right.</summary>
public sealed record Sample(string Dataset, string Item, string Prompt, string Text, int Tokens, double LatencyMs, string? Error, bool Right)
{
    /// <summary>What each assertion of the item showed; empty for our own dialect's items.</summary>
    public IReadOnlyList<CheckResult> Checks { get; init; } = [];

    /// <summary>The checks, and those within sets.</summary>
    [JsonIgnore] public IEnumerable<CheckResult> AllChecks => Checks.SelectMany(check => check.Within.Prepend(check));

    /// <summary>Whether it could be judged at all; a judge that is down says nothing of the answer.</summary>
    [JsonIgnore] public bool Judged => Checks.All(check => check.Passed is not null);

    /// <summary>exp of minus the mean log-probability of the answer's tokens, where the endpoint tells it.</summary>
    public double? Perplexity { get; init; }

    /// <summary>The time from request to the first text in milliseconds, of a streamed answer.</summary>
    public double? FirstTokenMs { get; init; }

    /// <summary>Which of the times that the item was asked this was, from 0.</summary>
    public int Run { get; init; }

    /// <summary>What went wrong when it was asked the first time; the answer is then that to the second.</summary>
    public string? FirstError { get; init; }

    /// <summary>Whether the answer was kept from an earlier evaluation of the same digest.</summary>
    public bool Cached { get; init; }
}

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
    /// <summary>The most memory that the candidate's process had resident, in MB of 1,000,000 bytes; null when nobody asked or it does not tell.</summary>
    public double? CandidateMemoryMB { get; init; }

    /// <summary>The same of the champion's.</summary>
    public double? ChampionMemoryMB { get; init; }

    public static Evaluation Begin(string revision, IEnumerable<Dataset> datasets) =>
        new(revision, datasets.ToDictionary(dataset => dataset.Name, dataset => dataset.Digest), [], []);
}
