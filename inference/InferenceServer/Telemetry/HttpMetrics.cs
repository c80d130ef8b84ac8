namespace LlmOps.Inference.Telemetry;

/// <summary>What is counted of every HTTP request, under the names that vLLM's HTTP layer has them.</summary>
internal sealed class HttpMetrics
{
    private readonly LabelledCounter _requests = new("http_requests_total", "Requests by method, class of status and route.", "method", "status", "handler");
    private readonly LabelledHistogram _duration = new("http_request_duration_seconds", "From arrival to the last byte.", Buckets.Seconds, "method", "handler");
    private readonly Histogram _all = new("http_request_duration_highr_seconds", "From arrival to the last byte, of all routes.", Buckets.TokenSeconds);
    private readonly LabelledHistogram _asked = new("http_request_size_bytes", "Bodies of requests that state their length.", Buckets.Bytes, "handler");
    private readonly LabelledHistogram _answered = new("http_response_size_bytes", "Bodies of answers, before any transfer coding.", Buckets.Bytes, "handler");

    public IEnumerable<MetricFamily> Families => [_requests, _duration, _all, _asked, _answered];

    /// <summary>Records a request that has been answered.</summary>
    /// <param name="method">Its verb.</param>
    /// <param name="handler">The route's pattern, which bounds the number of series.</param>
    /// <param name="status">HTTP status code.</param>
    /// <param name="duration">From arrival to the last byte.</param>
    /// <param name="asked">Bytes of its body, or null where it did not say.</param>
    /// <param name="answered">Bytes of the answer's body.</param>
    public void Answered(string method, string handler, int status, TimeSpan duration, long? asked, long answered)
    {
        _requests.Add(1, method, $"{status / 100}xx", handler);
        _duration.Observe(duration.TotalSeconds, method, handler);
        _all.Observe(duration.TotalSeconds);
        if (asked is { } bytes) _asked.Observe(bytes, handler);
        _answered.Observe(answered, handler);
    }
}
