using System.Diagnostics;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Telemetry;
using LlmOps.Inference.Telemetry.Otlp;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>
/// The span of an inference request and its phases as children, named and attributed as OpenTelemetry's conventions for generative
/// AI say. It goes on with the trace of the client. Texts of people and models are not in it.
/// </summary>
internal static class TraceRequest
{
    private static readonly ActivitySource Source = new(GenAiMetrics.Scope);

    /// <summary>Begins the span, or returns null where nobody listens.</summary>
    public static Activity? Begin(HttpRequest request, RequestRecord record)
    {
        if (!Source.HasListeners()) return null;
        bool known = ActivityContext.TryParse(request.Headers.TraceParent, TraceState.Of(request.Headers.TraceState), isRemote: true, out ActivityContext client);
        // What the web server begins by itself is not sent, so it must not be the parent.
        Activity.Current = null;
        return Source.StartActivity(record.Operation, ActivityKind.Server, known ? client : default);
    }

    /// <summary>Says what became of the request.</summary>
    public static void Complete(Activity span, HttpContext http, RequestRecord record, RequestTimes times)
    {
        if (!span.IsAllDataRequested) return;
        if (record.AskedModel is not null) span.DisplayName = $"{record.Operation} {record.AskedModel}";
        span.SetTag("gen_ai.operation.name", record.Operation);
        span.SetTag("gen_ai.provider.name", GenAiMetrics.Provider);
        span.SetTag("http.route", (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText);
        span.SetTag("http.response.status_code", record.Status);
        span.SetTag("error.type", record.Error);
        if (record.Error is not null && (record.Status >= StatusCodes.Status500InternalServerError || record.Status == StatusCodes.Status200OK))
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
        span.SetTag("gen_ai.request.model", record.AskedModel);
        span.SetTag("gen_ai.response.model", MeasureRequest.ResponseModel(record));
        span.SetTag("llmops.version", record.Model?.Version);
        if (record.Asked is { } asked) SayWhatWasAsked(span, record, asked);
        if (record.Generations.Count > 0) SayWhatWasAnswered(span, record);
        Phase(span, "queue", times.Queued, times.Started ?? times.Queued);
        Phase(span, "prefill", times.Started, times.FirstToken);
        Phase(span, "decode", times.FirstToken, times.LastToken);
        span.Stop();
    }

    private static void SayWhatWasAsked(Activity span, RequestRecord record, ParsedRequest asked)
    {
        SamplingOptions sampling = asked.Shared.Sampling;
        span.SetTag("gen_ai.request.temperature", sampling.Temperature);
        span.SetTag("gen_ai.request.top_p", sampling.TopP);
        if (sampling.TopK > 0) span.SetTag("gen_ai.request.top_k", (double)sampling.TopK);
        if (sampling.FrequencyPenalty != 0) span.SetTag("gen_ai.request.frequency_penalty", (double)sampling.FrequencyPenalty);
        if (sampling.PresencePenalty != 0) span.SetTag("gen_ai.request.presence_penalty", (double)sampling.PresencePenalty);
        span.SetTag("gen_ai.request.max_tokens", asked.Choices.Max(choice => choice.Request.MaxTokens));
        if (asked.Shared.Count > 1) span.SetTag("gen_ai.request.choice.count", asked.Shared.Count);
        span.SetTag("gen_ai.response.id", record.Id);
    }

    private static void SayWhatWasAnswered(Activity span, RequestRecord record)
    {
        Wire.Usage usage = AnswerRequest.UsageOf(record.Generations);
        span.SetTag("gen_ai.usage.input_tokens", usage.PromptTokens);
        span.SetTag("gen_ai.usage.output_tokens", usage.CompletionTokens);
        span.SetTag("gen_ai.usage.cache_read.input_tokens", usage.PromptTokensDetails.CachedTokens);
        if (record.Error is null) span.SetTag("gen_ai.response.finish_reasons", record.Ends());
    }

    private static void Phase(Activity span, string name, DateTimeOffset? from, DateTimeOffset? to)
    {
        if (from is not { } start || to is not { } end) return;
        using Activity? phase = Source.StartActivity(name, ActivityKind.Internal, span.Context, startTime: start);
        phase?.SetEndTime(end.UtcDateTime);
    }
}
