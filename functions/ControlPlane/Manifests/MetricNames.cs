namespace LlmOps.Manifests;

/// <summary>The metrics that a gate may name. An unknown name is an error when the policy is read, not a gate that passes.</summary>
public static class MetricNames
{
    /// <summary>The share of items whose answer is right by the item's own rule (0..1).</summary>
    public const string Accuracy = "accuracy";

    /// <summary>Of the items whose rule is `exact`, the share answered to the letter (0..1).</summary>
    public const string ExactMatch = "exact_match";

    /// <summary>Of the items that should be refused, the share that was (0..1).</summary>
    public const string RefusalRate = "refusal_rate";

    /// <summary>The share of requests that got no answer (0..1).</summary>
    public const string ErrorRate = "error_rate";

    /// <summary>Time from request to whole answer in milliseconds; takes .p50, .p95 or .p99.</summary>
    public const string Latency = "latency_ms";

    /// <summary>Generated tokens by the time of their request; takes .p50, .p95 or .p99.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    private static readonly string[] Statistics = [".p50", ".p95", ".p99"];

    /// <summary>All names, without datasets.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(
        [Accuracy, ExactMatch, RefusalRate, ErrorRate, .. Statistics.Select(s => Latency + s), .. Statistics.Select(s => TokensPerSecond + s)],
        StringComparer.Ordinal);

    /// <summary>Whether a metric is a share of items, so that its difference between two sides can be bounded exactly.</summary>
    public static bool IsShare(string name) => name is Accuracy or ExactMatch or RefusalRate or ErrorRate;
}
