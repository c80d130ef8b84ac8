using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace LlmOps.Inference.Telemetry;

/// <summary>
/// OpenTelemetry's metrics of a generative AI server: as instruments, which cost nothing while nobody listens, and for Prometheus
/// under the names that OpenTelemetry's translation gives them.
/// </summary>
internal sealed class GenAiMetrics
{
    /// <summary>The meter's name, and the source's of the spans.</summary>
    public const string Scope = "LlmOps.InferenceServer";

    /// <summary>Who provides the model; the conventions leave names of one's own open.</summary>
    public const string Provider = "llmops";

    private const string DurationHelp = "Generative AI server request duration such as time-to-last byte or last output token.";
    private const string PerTokenHelp = "Time per output token generated after the first token for successful responses.";
    private const string FirstTokenHelp = "Time to generate first token for successful responses.";

    private static readonly Meter Meter = new(Scope);
    private static readonly Histogram<double> Duration = Seconds("gen_ai.server.request.duration", DurationHelp, Buckets.GenAiDuration);
    private static readonly Histogram<double> PerToken = Seconds("gen_ai.server.time_per_output_token", PerTokenHelp, Buckets.GenAiTokenSeconds);
    private static readonly Histogram<double> FirstToken = Seconds("gen_ai.server.time_to_first_token", FirstTokenHelp, Buckets.GenAiFirstToken);

    private static readonly string[] LabelNames =
        ["gen_ai_operation_name", "gen_ai_provider_name", "gen_ai_request_model", "gen_ai_response_model", "error_type"];

    private readonly LabelledHistogram _duration = new("gen_ai_server_request_duration_seconds", DurationHelp, Buckets.GenAiDuration, LabelNames);
    private readonly LabelledHistogram _perToken = new("gen_ai_server_time_per_output_token_seconds", PerTokenHelp, Buckets.GenAiTokenSeconds, LabelNames);
    private readonly LabelledHistogram _firstToken = new("gen_ai_server_time_to_first_token_seconds", FirstTokenHelp, Buckets.GenAiFirstToken, LabelNames);

    public IEnumerable<MetricFamily> Families => [_duration, _perToken, _firstToken];

    /// <summary>Records the time from a request's arrival to its end.</summary>
    public void Ended(GenAiCall call, TimeSpan duration) => Record(Duration, _duration, call, duration);

    /// <summary>Records the time from a request's arrival to the first token of its answer.</summary>
    public void Began(GenAiCall call, TimeSpan untilFirstToken) => Record(FirstToken, _firstToken, call, untilFirstToken);

    /// <summary>Records the mean time from one token of an answer to the next.</summary>
    public void Went(GenAiCall call, TimeSpan eachToken) => Record(PerToken, _perToken, call, eachToken);

    private static void Record(Histogram<double> instrument, LabelledHistogram family, GenAiCall call, TimeSpan time)
    {
        family.Observe(time.TotalSeconds, call.Operation, Provider, call.RequestModel ?? "", call.ResponseModel ?? "", call.ErrorType ?? "");
        if (!instrument.Enabled) return;
        TagList tags = new() { { "gen_ai.operation.name", call.Operation }, { "gen_ai.provider.name", Provider } };
        if (call.RequestModel is not null) tags.Add("gen_ai.request.model", call.RequestModel);
        if (call.ResponseModel is not null) tags.Add("gen_ai.response.model", call.ResponseModel);
        if (call.ErrorType is not null) tags.Add("error.type", call.ErrorType);
        instrument.Record(time.TotalSeconds, tags);
    }

    private static Histogram<double> Seconds(string name, string help, double[] bounds) =>
        Meter.CreateHistogram(name, "s", help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = bounds });
}

/// <summary>What the conventions tell one request from another by.</summary>
/// <param name="RequestModel">The model as the request names it, if it is served here.</param>
/// <param name="ResponseModel">The model and version that answered.</param>
/// <param name="ErrorType">One of few words; null of a success.</param>
internal readonly record struct GenAiCall(string Operation, string? RequestModel, string? ResponseModel, string? ErrorType);
