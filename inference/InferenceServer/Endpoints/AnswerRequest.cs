using System.Text.Json;
using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Endpoints.Keys;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Streams;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Endpoints;

/// <summary>The way of an inference request: read, understand, hand to the engine, write the answer whole or as a stream.</summary>
internal sealed class AnswerRequest(LiveVersion live, ResponseCache cache, LogRequest log, TimeProvider clock)
{
    /// <summary>Most bytes of a request's body.</summary>
    public const long MaxBodyBytes = 4 * 1024 * 1024;

    private long _answered;

    /// <summary>Answers one request.</summary>
    public async Task Handle(HttpContext http, Protocol protocol)
    {
        (JsonElement body, ApiError? refusal) = await ReadBody(http);
        // One refused choice refuses the request, so the others must not go on; where one fails later, nobody reads the others.
        using CancellationTokenSource all = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            Submitted submitted = Submit(http, protocol, body, refusal, all.Token);
            if (submitted.Request is not { } request)
            {
                await all.CancelAsync();
                await submitted.Error!.WriteAsync(http, protocol);
                return;
            }
            List<GeneratedToken>[] seen = [.. request.Choices.Select(_ => new List<GeneratedToken>())];
            bool answered = request.Shared.Stream
                ? await WriteStream(http, protocol, request, submitted.Generations, submitted.ToKeep is null ? null : seen)
                : await WriteWhole(http, protocol, request, submitted.Generations, seen);
            if (answered && submitted.ToKeep is { } place) cache.Keep(place, submitted.Generations, seen);
        }
        finally
        {
            await all.CancelAsync();
        }
    }

    // From here on the request is the leased version's, whichever others come; the engine keeps what it has taken without a lease.
    private Submitted Submit(HttpContext http, Protocol protocol, JsonElement body, ApiError? refusal, CancellationToken cancelled)
    {
        using VersionLease? lease = BindVersion.To(http, live);
        if (lease is null) return ApiError.NothingLoaded(live);
        if (refusal is not null) return refusal;

        Envelope envelope = NewEnvelope(lease.Model, protocol.IdPrefix);
        Parsed parsed = protocol.Read(lease.Model, body, envelope);
        if (lease.Model.Embedding is not null && parsed.Error is not { Status: StatusCodes.Status404NotFound }) return ApiError.MakesEmbeddings(lease.Model.Name);
        if (parsed.Request is not { } request) return parsed.Error!;
        if (ApiError.OfEngine(lease.Engine) is { } notYet) return notYet;
        if (!lease.Engine.CouldTake([.. request.Choices.Select(choice => choice.Request.Prompt.Count)]))
        {
            return ApiError.Invalid(null, "The request asks for more answers, or has more prompt tokens, than may ever wait here.");
        }
        List<Generation> generations = [];
        RequestRecord.Of(http).Understood(lease.Model, envelope.Id, body, request, generations);
        log.Listen(request);
        CachePlace? place = cache.PlaceOf(request, lease.Version, http.Features.Get<ApiKey>());
        if (place is not null && Replay(http, place, request, cancelled) is { } kept)
        {
            generations.AddRange(kept);
            return new Submitted(request, generations, null);
        }
        foreach (Choice choice in request.Choices)
        {
            Submission<Generation> submission = lease.Engine.Submit(choice.Request, cancelled);
            if (submission.Taken is not { } taken) return ApiError.LineFull(submission.RetryAfter);
            generations.Add(taken);
        }
        return new Submitted(request, generations, null, place);
    }

    private List<Generation>? Replay(HttpContext http, CachePlace place, ParsedRequest request, CancellationToken cancelled)
    {
        KeptAnswers? kept = cache.Find(place);
        http.Response.Headers["x-llmops-cache"] = kept is null ? "miss" : "hit";
        if (kept is null) return null;
        http.Features.Set(kept);
        RequestRecord.Of(http).FromCache = true;
        return kept.Replay(request, cancelled);
    }

    private static async Task<bool> WriteStream(
        HttpContext http, Protocol protocol, ParsedRequest request, List<Generation> generations, List<GeneratedToken>[]? seen)
    {
        using AnswerStream stream = new(http, protocol, request, generations, seen);
        return await stream.Write();
    }

    private static async Task<bool> WriteWhole(
        HttpContext http, Protocol protocol, ParsedRequest request, List<Generation> generations, List<GeneratedToken>[] seen)
    {
        List<Answered> answered = [];
        try
        {
            foreach (Choice choice in request.Choices)
            {
                await foreach (GeneratedToken token in generations[choice.Index].Tokens) seen[choice.Index].Add(token);
                answered.Add(new Answered(choice, generations[choice.Index], seen[choice.Index], choice.Transcript.Complete()));
            }
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            await EngineError(e).WriteAsync(http, protocol);
            return false;
        }
        http.RequestAborted.ThrowIfCancellationRequested();
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, request.Form.Whole(answered, UsageOf(generations)));
        return true;
    }

    /// <summary>What a client is told of a request that the engine gave up.</summary>
    public static ApiError EngineError(Exception error) => error switch
    {
        TimeoutException => ApiError.TimedOut($"The request took too long: {error.Message}."),
        OverloadedException overloaded => ApiError.Unavailable($"The server is busy: {error.Message}.", overloaded.RetryAfter),
        // What a client asks for must not look like a fault of the version, which may be rolled back for it.
        SchemaException schema => ApiError.Invalid(null, $"The answer cannot be held to its schema: {schema.Message}."),
        _ => ApiError.Failed("The model failed on this request."),
    };

    /// <summary>What a request has used; a prompt of several choices counts once.</summary>
    public static Usage UsageOf(IReadOnlyList<Generation> generations)
    {
        Generation[] prompts = [.. generations.DistinctBy(one => one.Request.Prompt)];
        int prompt = prompts.Sum(one => one.Request.Prompt.Count);
        int generated = generations.Sum(one => one.GeneratedCount);
        return new Usage(prompt, generated, prompt + generated, new PromptTokensDetails(prompts.Sum(one => one.ReusedCount)));
    }

    private Envelope NewEnvelope(ServedModel served, string idPrefix) => new(
        $"{idPrefix}-{served.StartedAt.ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _answered):x}",
        clock.GetUtcNow().ToUnixTimeSeconds(),
        served.Name,
        $"{served.Name}@{served.Version}");

    /// <summary>The body as a JSON object, or why it is none.</summary>
    public static async Task<(JsonElement Body, ApiError? Refusal)> ReadBody(HttpContext http)
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
        catch (BadHttpRequestException e) when (!http.RequestAborted.IsCancellationRequested)
        {
            return (default, ApiError.Invalid(null, $"The body cannot be read: {e.Message}"));
        }
    }

    /// <summary>What became of a request: in the engine's hands, or refused with a reason.</summary>
    /// <param name="Request">What was asked for.</param>
    /// <param name="Generations">What answers it.</param>
    /// <param name="Error">Why it is refused.</param>
    /// <param name="ToKeep">Where the answer is to be kept; null where it is not.</param>
    private readonly record struct Submitted(ParsedRequest? Request, List<Generation> Generations, ApiError? Error, CachePlace? ToKeep = null)
    {
        public static implicit operator Submitted(ApiError error) => new(null, [], error);
    }
}
