namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>What became of a request for embeddings: the vectors in the order of its texts and who made them, or why there are none.</summary>
internal sealed record Embedded(ServedModel? Served, EmbeddingRequest? Request, IReadOnlyList<float[]> Vectors, ApiError? Error)
{
    public static implicit operator Embedded(ApiError error) => new(null, null, [], error);
}
