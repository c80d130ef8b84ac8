using System.Text.Json;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>The way of a request for embeddings: read, understand, hand to the engine, wait.</summary>
internal sealed class EmbedTexts(LiveVersion live)
{
    /// <summary>Makes the embeddings that a request asks for.</summary>
    /// <param name="http">The request.</param>
    /// <param name="read">Understands its body.</param>
    public async Task<Embedded> Handle(HttpContext http, Func<ServedModel, JsonElement, EmbeddingParsed> read)
    {
        (JsonElement body, ApiError? refusal) = await AnswerRequest.ReadBody(http);
        (Embedded taken, EmbeddingJob? job) = Submit(http, body, served => refusal is null ? read(served, body) : refusal);
        if (job is null) return taken;
        try
        {
            IReadOnlyList<float[]> pooled = await job.Vectors;
            return taken with { Vectors = [.. pooled.Select(vector => taken.Served!.Embedding!.Finish(vector, taken.Request!.Width))] };
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return AnswerRequest.EngineError(e);
        }
    }

    // From here on the request is the leased version's, whichever others come; the engine keeps what it has taken without a lease.
    private (Embedded Taken, EmbeddingJob? Job) Submit(HttpContext http, JsonElement body, Func<ServedModel, EmbeddingParsed> read)
    {
        using VersionLease? lease = live.Lease();
        http.Response.Headers["x-llmops-slot"] = live.Slot;
        if (lease is null) return (ApiError.NothingLoaded(live), null);
        http.Response.Headers["x-llmops-version"] = lease.Model.Version;
        http.Features.Set(lease.Version);

        EmbeddingParsed parsed = read(lease.Model);
        if (parsed.Request is not { } request) return (parsed.Error!, null);
        RequestRecord.Of(http).Understood(lease.Model, body);
        if (lease.Engine.State is EngineState.Loading or EngineState.Failed) return (ApiError.Unavailable("The model is being loaded."), null);
        EmbeddingJob? job = lease.Engine.Embeddings!.Submit(request.Texts, http.RequestAborted, out TimeSpan retryAfter);
        if (job is null) return (ApiError.Unavailable("Too many requests are waiting.", retryAfter), null);
        return (new Embedded(lease.Model, request, [], null), job);
    }
}
