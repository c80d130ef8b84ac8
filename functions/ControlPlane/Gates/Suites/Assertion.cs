using System.Text.Json.Nodes;

namespace LlmOps.Gates.Suites;

/// <summary>What one answer must show: promptfoo's assertion, its texts rendered.</summary>
/// <param name="Type">Without `not-`; `assert-set` has children.</param>
/// <param name="Threshold">In the type's own unit; null for its default.</param>
/// <param name="Weight">Its part in the test's score; with 0 it always passes.</param>
/// <param name="Metric">The name that people gave it.</param>
public sealed record Assertion(
    string Type, bool Negated, JsonNode? Value, double? Threshold, double Weight, string? Metric, IReadOnlyList<Assertion> Children)
{
    public const string Set = "assert-set";

    /// <summary>Who judges it, for a rubric.</summary>
    public Judge? Judge { get; init; }
}

/// <summary>A model behind an OpenAI endpoint that judges answers, and the environment variable that holds its key.</summary>
public sealed record Judge(string Model, Uri Endpoint, string? KeyVariable);

/// <summary>What an assertion showed of an answer. Passed is null when there was no telling, as when the judge is down.</summary>
public sealed record CheckResult(string Type, string? Metric, bool? Passed, double Score, double Weight, string Reason)
{
    /// <summary>What the assertions of a set showed.</summary>
    public IReadOnlyList<CheckResult> Within { get; init; } = [];
}
