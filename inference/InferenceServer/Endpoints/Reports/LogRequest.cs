using System.Diagnostics;
using System.Text.Encodings.Web;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Telemetry.Redaction;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>Writes one line a request; its texts only where somebody asked for them, redacted.</summary>
/// <param name="prompts">Whether prompts and answers are logged.</param>
/// <param name="escapes">Whether the log's format writes any text in one line by itself.</param>
internal sealed partial class LogRequest(bool prompts, bool escapes, ILogger<LogRequest> logger)
{
    /// <summary>Keeps the answers' texts where they will be logged; to be called before the work begins.</summary>
    public void Listen(ParsedRequest request)
    {
        if (!prompts) return;
        foreach (Choice choice in request.Choices) choice.Transcript.Keep();
    }

    /// <summary>Writes the line.</summary>
    /// <param name="record">What is known of the request.</param>
    /// <param name="version">The version that it is counted for.</param>
    /// <param name="times">Its phases.</param>
    /// <param name="duration">From its arrival to its end.</param>
    /// <param name="span">Its span, where it is traced.</param>
    public void Report(RequestRecord record, string version, RequestTimes times, TimeSpan duration, Activity? span)
    {
        LogLevel level = record.Status >= StatusCodes.Status500InternalServerError ? LogLevel.Warning : LogLevel.Information;
        (string id, string key, string trace) = (record.Id ?? "-", record.Key ?? "-", span?.TraceId.ToHexString() ?? "-");
        string finish = record.Error ?? (record.Generations.Count == 0 ? "stop" : string.Join(',', record.Ends()));
        if (times.UntilFirstToken is { } first)
        {
            Usage usage = AnswerRequest.UsageOf(record.Generations);
            Log.Answered(
                logger, level, id, record.Endpoint!, record.Status, version, usage.PromptTokens, usage.CompletionTokens,
                first.TotalMilliseconds, duration.TotalMilliseconds, finish, key, trace);
        }
        else if (record.FromCache)
        {
            Usage usage = AnswerRequest.UsageOf(record.Generations);
            Log.Kept(logger, level, id, record.Endpoint!, record.Status, version, usage.PromptTokens, usage.CompletionTokens, duration.TotalMilliseconds, finish, key, trace);
        }
        else
        {
            Log.Ended(logger, level, id, record.Endpoint!, record.Status, version, duration.TotalMilliseconds, finish, key, trace);
        }
        if (prompts && record.Asked is { } asked) LogTexts(record, asked);
    }

    // One that failed may still be written to by the engine; of it only the prompt is logged.
    private void LogTexts(RequestRecord record, ParsedRequest asked)
    {
        foreach (Choice[] same in asked.Choices.GroupBy(choice => choice.Request.Prompt).Select(group => group.ToArray()))
        {
            Log.Prompt(logger, record.Id!, Redacted(record.Model!.Tokenizer.Decode([.. same[0].Request.Prompt])));
            if (record.Error is not null) continue;
            foreach (Choice choice in same) Log.Answer(logger, record.Id!, choice.Index, Redacted(choice.Transcript.Kept));
        }
    }

    // The encoder leaves letters as they are; control characters and separators of lines it escapes in any case.
    private string Redacted(string text)
    {
        string redacted = RedactText.From(text);
        return escapes ? redacted : $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(redacted)}\"";
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 20, Message = "{Id} {Endpoint} {Status}: version {Version}, {PromptTokens} prompt tokens, {AnswerTokens} generated, first token after {FirstTokenMs:F1} ms, done after {DurationMs:F1} ms, {Finish}; key {Key}, trace {TraceId}")]
        public static partial void Answered(
            ILogger logger, LogLevel level, string id, string endpoint, int status, string version, int promptTokens, int answerTokens,
            double firstTokenMs, double durationMs, string finish, string key, string traceId);

        [LoggerMessage(EventId = 24, Message = "{Id} {Endpoint} {Status}: version {Version}, {PromptTokens} prompt tokens, {AnswerTokens} from the cache, done after {DurationMs:F1} ms, {Finish}; key {Key}, trace {TraceId}")]
        public static partial void Kept(
            ILogger logger, LogLevel level, string id, string endpoint, int status, string version, int promptTokens, int answerTokens,
            double durationMs, string finish, string key, string traceId);

        [LoggerMessage(EventId = 23, Message = "{Id} {Endpoint} {Status}: version {Version}, no token, done after {DurationMs:F1} ms, {Finish}; key {Key}, trace {TraceId}")]
        public static partial void Ended(
            ILogger logger, LogLevel level, string id, string endpoint, int status, string version, double durationMs, string finish, string key, string traceId);

        [LoggerMessage(21, LogLevel.Information, "{Id} was asked {Prompt}")]
        public static partial void Prompt(ILogger logger, string id, string prompt);

        [LoggerMessage(22, LogLevel.Information, "{Id} answered ({Choice}) {Answer}")]
        public static partial void Answer(ILogger logger, string id, int choice, string answer);
    }
}
