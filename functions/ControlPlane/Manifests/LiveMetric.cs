namespace LlmOps.Manifests;

/// <summary>What a live metric measures of a version's answers.</summary>
public enum LiveMetricKind
{
    /// <summary>A quantile of a time in seconds, from a histogram's buckets.</summary>
    Quantile,

    /// <summary>A share of the answers, 0..1.</summary>
    Share,

    /// <summary>A quantile of tokens per second, whose inverse, the seconds per token of a request, is counted in a histogram's buckets.</summary>
    Rate,
}

/// <summary>
/// A metric of a rollout: where the servers count it, under vLLM's names. What the servers do not count is not offered:
/// they do not read answers, so there is no rate of refusals. Tokens per second are those of a request once it has begun: a
/// slot's own follow its share of the traffic.
/// </summary>
/// <param name="Family">The family of counters.</param>
/// <param name="Label">The label that tells its series apart: a bucket's bound or a reason.</param>
/// <param name="Quantile">Which quantile (0..1); 0 for a share.</param>
/// <param name="Hit">The value of the label that counts, for a share.</param>
/// <param name="PerToken">Whether it counts tokens, of which those of one request are not independent.</param>
public sealed record LiveMetric(string Name, LiveMetricKind Kind, string Family, string Label, double Quantile, string Hit, bool PerToken)
{
    /// <summary>The family whose total is the number of answers.</summary>
    public const string Answers = "vllm:e2e_request_latency_seconds_bucket";

    /// <summary>The label of a histogram's bounds.</summary>
    public const string Bound = "le";

    private static readonly Dictionary<string, LiveMetric> Known = new[] { 50, 90, 95, 99 }
        .SelectMany(percent => new[]
        {
            Time($"latency_p{percent}", Answers, percent),
            Time($"time_to_first_token_p{percent}", "vllm:time_to_first_token_seconds_bucket", percent),
            Time($"inter_token_latency_p{percent}", "vllm:inter_token_latency_seconds_bucket", percent) with { PerToken = true },
        })
        .Append(Speed("tokens_per_second_p50", 50)).Append(Speed("tokens_per_second_p10", 90))
        .Append(new LiveMetric("truncated_rate", LiveMetricKind.Share, "vllm:request_success_total", "finished_reason", 0, "length", PerToken: false))
        .Append(new LiveMetric("short_output_rate", LiveMetricKind.Share, "vllm:request_generation_tokens_bucket", Bound, 0, "1", PerToken: false))
        .ToDictionary(metric => metric.Name, StringComparer.Ordinal);

    /// <summary>Every name, for people.</summary>
    public static IEnumerable<string> Names => Known.Keys.Order(StringComparer.Ordinal);

    /// <summary>The metric of a name; null when there is none.</summary>
    public static LiveMetric? Find(string name) => Known.GetValueOrDefault(name);

    // The slowest tenth of the speeds are the highest tenth of the seconds per token.
    private static LiveMetric Speed(string name, int percent) =>
        Time(name, "vllm:request_time_per_output_token_seconds_bucket", percent) with { Kind = LiveMetricKind.Rate };

    private static LiveMetric Time(string name, string family, int percent) =>
        new(name, LiveMetricKind.Quantile, family, Bound, percent / 100.0, "", PerToken: false);
}
