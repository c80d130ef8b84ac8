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
        using VersionLease? lease = BindVersion.To(http, live);
        if (lease is null) return (ApiError.NothingLoaded(live), null);

        EmbeddingParsed parsed = read(lease.Model);
        if (parsed.Request is not { } request) return (parsed.Error!, null);
        RequestRecord.Of(http).Understood(lease.Model, body);
        if (ApiError.OfEngine(lease.Engine) is { } notYet) return (notYet, null);
        Submission<EmbeddingJob> submission = lease.Engine.Submit(request.Texts, http.RequestAborted);
        if (submission.Taken is not { } job) return (ApiError.LineFull(submission.RetryAfter), null);
        return (new Embedded(lease.Model, request, [], null), job);
    }
}
