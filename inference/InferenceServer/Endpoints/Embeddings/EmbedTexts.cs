using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>Hands texts to the engine and waits for their embeddings.</summary>
internal sealed class EmbedTexts(ServedModel served, InferenceEngine engine)
{
    /// <summary>The embeddings in the order of the texts, or why there are none.</summary>
    public async Task<(IReadOnlyList<float[]>? Vectors, ApiError? Error)> Handle(EmbeddingRequest request, CancellationToken cancelled)
    {
        if (engine.State is EngineState.Loading or EngineState.Failed) return (null, ApiError.Unavailable("The model is being loaded."));
        if (engine.Embeddings!.Submit(request.Texts, cancelled, out TimeSpan retryAfter) is not { } job)
        {
            return (null, ApiError.Unavailable("Too many requests are waiting.", retryAfter));
        }
        try
        {
            IReadOnlyList<float[]> pooled = await job.Vectors;
            return ([.. pooled.Select(vector => served.Embedding!.Finish(vector, request.Width))], null);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return (null, AnswerRequest.EngineError(e));
        }
    }
}
