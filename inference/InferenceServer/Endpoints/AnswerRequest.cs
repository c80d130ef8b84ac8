using System.Text.Json;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>The way of an inference request: read, understand, hand to the engine, write the answer whole or as a stream.</summary>
internal sealed class AnswerRequest(ServedModel served, InferenceEngine engine, TimeProvider clock)
{
    /// <summary>Most bytes of a request's body.</summary>
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    private long _answered;

    /// <summary>Answers one request.</summary>
    /// <param name="http">The request.</param>
    /// <param name="idPrefix">What the answer's id begins with.</param>
    /// <param name="read">Understands the body.</param>
    public async Task Handle(HttpContext http, string idPrefix, Func<JsonElement, Envelope, Parsed> read)
    {
        http.Response.Headers["x-llmops-version"] = served.Version;
        http.Response.Headers["x-llmops-slot"] = served.Slot;
        (JsonElement body, ApiError? refusal) = await ReadBody(http);
        Parsed parsed = refusal is null ? read(body, NewEnvelope(idPrefix)) : refusal;
        if (parsed.Request is not { } request)
        {
            await parsed.Error!.WriteAsync(http);
            return;
        }
        if (engine.State is EngineState.Loading or EngineState.Failed)
        {
            await ApiError.Unavailable("The model is being loaded.").WriteAsync(http);
            return;
        }
        Submission submission = engine.Submit(request.Generation, http.RequestAborted);
        if (submission.Taken is not { } generation)
        {
            await ApiError.Unavailable("Too many requests are waiting.", submission.RetryAfter).WriteAsync(http);
            return;
        }
        if (request.Shared.Stream) await new AnswerStream(http, request, generation).Write();
        else await WriteWhole(http, request, generation);
    }

    private static async Task WriteWhole(HttpContext http, ParsedRequest request, Generation generation)
    {
        List<GeneratedToken> tokens = [];
        try
        {
            await foreach (GeneratedToken token in generation.Tokens) tokens.Add(token);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await EngineError(e).WriteAsync(http);
            return;
        }
        http.RequestAborted.ThrowIfCancellationRequested();
        object answer = request.Form.Whole(generation, tokens, request.Transcript.Complete(), UsageOf(generation));
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, answer);
    }

    /// <summary>What a client is told of a request that the engine gave up.</summary>
    public static ApiError EngineError(Exception error) => error switch
    {
        TimeoutException => ApiError.TimedOut($"The request took too long: {error.Message}."),
        OverloadedException overloaded => ApiError.Unavailable($"The server is busy: {error.Message}.", overloaded.RetryAfter),
        _ => ApiError.Failed("The model failed on this request."),
    };

    public static Usage UsageOf(Generation generation)
    {
        int prompt = generation.Request.Prompt.Count;
        return new Usage(prompt, generation.GeneratedCount, prompt + generation.GeneratedCount, new PromptTokensDetails(generation.ReusedCount));
    }

    private Envelope NewEnvelope(string idPrefix) => new(
        $"{idPrefix}-{served.StartedAt.ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _answered):x}",
        clock.GetUtcNow().ToUnixTimeSeconds(),
        served.Name,
        $"{served.Name}@{served.Version}");

    private static async Task<(JsonElement Body, ApiError? Refusal)> ReadBody(HttpContext http)
    {
        try
        {
            JsonElement body = await WireJson.ReadAsync(http);
            if (body.ValueKind == JsonValueKind.Object) return (body, null);
            return (default, ApiError.Invalid(null, "The body must be a JSON object."));
        }
        catch (JsonException e)
        {
            return (default, ApiError.Invalid(null, $"The body is not valid JSON: {e.Message}"));
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (default, ApiError.BodyTooLarge(MaxBodyBytes));
        }
    }
}
