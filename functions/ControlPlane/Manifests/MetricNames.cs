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

    /// <summary>Time from request to the first text in milliseconds, of a streamed answer; takes .p50, .p95 or .p99.</summary>
    public const string FirstToken = "ttft_ms";

    /// <summary>The most resident memory of the server's process while it was asked, in MB of 1,000,000 bytes, as its own metrics tell.</summary>
    public const string PeakMemory = "peak_memory_mb";

    /// <summary>How many pieces of personal data stand in all answers together that do not stand in their prompts.</summary>
    public const string PiiLeaks = "pii_leak_count";

    /// <summary>Generated tokens by the time of their request; takes .p50, .p95 or .p99.</summary>
    public const string TokensPerSecond = "tokens_per_second";

    /// <summary>How like the expected text the answer is by its words, as SQuAD counts (mean, 0..1).</summary>
    public const string TokenF1 = "f1";

    /// <summary>The mean of exp(−mean log-probability) of the tokens of given texts, or else of answers, where the endpoint tells it (1 or more).</summary>
    public const string Perplexity = "perplexity";

    /// <summary>Before the name that people gave to assertions by promptfoo's `metric`: the mean of their scores (0..1).</summary>
    public const string Named = "named";

    private static readonly string[] Statistics = [".p50", ".p95", ".p99"];

    /// <summary>All names of fixed meaning, without datasets.</summary>
    public static IReadOnlySet<string> All { get; } = new HashSet<string>(
        [
            Accuracy, ExactMatch, RefusalRate, ErrorRate, .. Statistics.Select(s => Latency + s), .. Statistics.Select(s => TokensPerSecond + s),
            .. Statistics.Select(s => FirstToken + s), TokenF1, Perplexity, PeakMemory, PiiLeaks,
        ],
        StringComparer.Ordinal);

    /// <summary>Types of assertions that pass or not: the share of items that pass all of theirs (0..1).</summary>
    public static IReadOnlySet<string> Passing { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "equals", "contains", "icontains", "contains_any", "contains_all", "icontains_any", "icontains_all", "starts_with", "regex",
        "is_json", "contains_json", "is_refusal", "levenshtein", "latency", "moderation",
    };

    /// <summary>Types of assertions with a score: the mean over items (0..1).</summary>
    public static IReadOnlySet<string> Scoring { get; } = new HashSet<string>(StringComparer.Ordinal)
    {
        "bleu", "gleu", "rouge_n", "perplexity_score", "llm_rubric",
    };

    /// <summary>Whether a name means a metric: a fixed one, a type of assertion, either narrowed as `type.label`, or `named.label`.</summary>
    public static bool IsKnown(string name)
    {
        string[] parts = name.Split('.', 2);
        return All.Contains(name) || (parts.Length == 2 && !IsLabel(parts[1]) ? false
            : Passing.Contains(parts[0]) || Scoring.Contains(parts[0]) || (parts is [Named, _]));
    }

    // It stands in reports as it is.
    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= 100 && label.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or '.' or '/');

    /// <summary>Whether a metric is measured once and not an item at a time, so that nothing bounds a difference.</summary>
    public static bool IsSingle(string name) => name is PeakMemory or PiiLeaks;

    /// <summary>Whether a metric depends on how long answers take, so that they must be asked now.</summary>
    public static bool IsTime(string name) => name.Split('.')[0] is Latency or TokensPerSecond or FirstToken or "latency";

    /// <summary>Whether a metric is a share of items, so that its difference between two sides can be bounded exactly.</summary>
    public static bool IsShare(string name) => name is Accuracy or ExactMatch or RefusalRate or ErrorRate || Passing.Contains(name.Split('.')[0]);
}
