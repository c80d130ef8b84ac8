using System.Diagnostics;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>Goes around everything: keeps a record of each request and reports it once it is answered.</summary>
internal sealed class ObserveRequest(VersionMetrics metrics, LogRequest log, TimeProvider clock)
{
    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        RequestRecord record = new(clock.GetTimestamp(), CountAnswers.EndpointName(http.Request));
        http.Features.Set(record);
        using Activity? span = record.Endpoint is null ? null : TraceRequest.Begin(http.Request, record);
        try
        {
            await next(http);
            if (record.Endpoint is null) record.Status = http.Response.StatusCode;
        }
        finally
        {
            Report(http, record, span);
        }
    }

    private void Report(HttpContext http, RequestRecord record, Activity? span)
    {
        ServerMetrics? counted = http.Features.Get<ServedVersion>()?.Metrics ?? metrics.Newest;
        TimeSpan duration = clock.GetElapsedTime(record.ArrivedAt);
        string route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "none";
        if (!route.Contains("/health", StringComparison.Ordinal) && route != "/metrics")
        {
            string method = HttpMethods.IsPost(http.Request.Method) ? "POST" : HttpMethods.IsGet(http.Request.Method) ? "GET" : "other";
            // What is refused unread may be said to be of any length.
            long? asked = http.Request.ContentLength is { } bytes && bytes <= AnswerRequest.MaxBodyBytes ? bytes : null;
            counted?.Http.Answered(method, route, record.Status, duration, asked, record.AnsweredBytes);
        }
        if (record.Endpoint is null) return;
        if (record.Status >= StatusCodes.Status400BadRequest) record.Error ??= $"{record.Status}";
        RequestTimes times = RequestTimes.Of(record, clock);
        if (counted is not null) MeasureRequest.Report(counted, record, times, duration);
        if (span is not null) TraceRequest.Complete(span, http, record, times);
        log.Report(record, counted?.Version ?? "-", times, duration, span);
    }
}
