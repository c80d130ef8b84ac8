using System.Text.Json.Serialization;

namespace LlmOps.Gates.Statistics;

/// <summary>
/// What the items say of a difference, candidate minus champion, in the metric's own unit: each end alone is right with
/// the confidence 1 − <paramref name="Alpha"/>. An end that nothing is known of is infinite.
/// </summary>
public sealed record Interval(
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString)] double Lower,
    [property: JsonNumberHandling(JsonNumberHandling.AllowNamedFloatingPointLiterals | JsonNumberHandling.AllowReadingFromString)] double Upper,
    double Alpha,
    string Method)
{
    /// <summary>
    /// Whether the candidate is no worse than the champion by more than a margin: yes when the whole interval lies above
    /// −margin, no when it lies below, and otherwise these items cannot tell. That no difference was seen is not a pass.
    /// </summary>
    public Outcome NonInferior(double margin) =>
        Lower > -margin ? Outcome.Pass : Upper < -margin ? Outcome.Fail : Outcome.Inconclusive;
}
