using LlmOps.Gates;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>One thing that a review says, in Markdown, and how much it weighs.</summary>
public sealed record Finding(Conclusion Weight, string Text)
{
    public static Finding Wrong(string text) => new(Conclusion.Failure, text);

    /// <summary>A person decides.</summary>
    public static Finding Ask(string text) => new(Conclusion.ActionRequired, text);

    public static Finding Note(string text) => new(Conclusion.Neutral, text);

    public static Finding Good(string text) => new(Conclusion.Success, text);
}

/// <summary>How findings and verdicts become conclusions.</summary>
public static class Conclude
{
    /// <summary>The worst of the findings; none is good.</summary>
    public static Conclusion From(IEnumerable<Finding> findings) => findings.Select(finding => finding.Weight).DefaultIfEmpty(Conclusion.Success).Max();

    public static Conclusion From(Outcome outcome) => outcome switch
    {
        Outcome.Pass => Conclusion.Success,
        Outcome.Fail => Conclusion.Failure,
        Outcome.Inconclusive => Conclusion.ActionRequired,
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not an outcome"),
    };
}
