using LlmOps.Inference.Engine;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints.Reports;

/// <summary>
/// Counts an inference request as a whole; what its single answers take is counted by the engine. An answer from the cache says nothing of
/// the version, and must not flatter it.
/// </summary>
internal static class MeasureRequest
{
    public static void Report(ServerMetrics metrics, RequestRecord record, RequestTimes times, TimeSpan duration)
    {
        if (record.FromCache) return;
        GenAiCall call = new(record.Operation, record.AskedModel, ResponseModel(record), record.Error);
        metrics.GenAi.Ended(call, duration);
        if (record.Asked is { } asked && record.Generations.Count == asked.Choices.Count)
        {
            metrics.AskedAnswers.Observe(asked.Shared.Count);
            foreach (Choice choice in asked.Choices) metrics.AskedTokens.Observe(choice.Request.MaxTokens);
        }
        if (record.Error is not null || record.Generations.Count == 0) return;
        metrics.LongestGeneration.Observe(record.Generations.Max(one => one.GeneratedCount));
        if (times.UntilFirstToken is { } first) metrics.GenAi.Began(call, first);
        foreach (Generation one in record.Generations.Where(one => one.GeneratedCount > 1))
        {
            metrics.GenAi.Went(call, one.Times!.Decoding / (one.GeneratedCount - 1));
        }
    }

    /// <summary>The version that answered, in the form that requests name it in.</summary>
    public static string? ResponseModel(RequestRecord record) => record.Model is { } model ? $"{model.Name}@{model.Version}" : null;
}
