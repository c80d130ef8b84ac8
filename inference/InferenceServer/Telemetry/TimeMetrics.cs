namespace LlmOps.Inference.Telemetry;

/// <summary>What is measured of the time that requests take in the engine, in seconds.</summary>
internal sealed class TimeMetrics
{
    public Histogram ToFirstToken { get; } = new("vllm:time_to_first_token_seconds", "From arrival to the first token.", Buckets.Seconds);

    public Histogram InterToken { get; } = new("vllm:inter_token_latency_seconds", "From one token to the next.", Buckets.TokenSeconds);

    public Histogram PerOutputToken { get; } = new(
        "vllm:request_time_per_output_token_seconds", "From the first token of a request to its last, by token after the first.", Buckets.TokenSeconds);

    public Histogram EndToEnd { get; } = new("vllm:e2e_request_latency_seconds", "From arrival to the last token.", Buckets.Seconds);

    public Histogram Queue { get; } = new("vllm:request_queue_time_seconds", "From arrival to the start of work.", Buckets.Seconds);

    public Histogram Prefill { get; } = new("vllm:request_prefill_time_seconds", "From the start of work to the first token.", Buckets.Seconds);

    public Histogram Decode { get; } = new("vllm:request_decode_time_seconds", "From the first token to the last.", Buckets.Seconds);

    public Histogram Inference { get; } = new("vllm:request_inference_time_seconds", "From the start of work to its last step.", Buckets.Seconds);

    public IEnumerable<MetricFamily> Families => [ToFirstToken, InterToken, PerOutputToken, EndToEnd, Queue, Prefill, Decode, Inference];
}
