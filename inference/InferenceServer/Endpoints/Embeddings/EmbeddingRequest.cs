namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>A request for embeddings that has been understood.</summary>
/// <param name="Texts">Token ids, at least one a text.</param>
/// <param name="Width">Numbers of each embedding.</param>
/// <param name="Base64">Whether the numbers are sent as the base64 of 32-bit floats, little-endian.</param>
internal sealed record EmbeddingRequest(IReadOnlyList<int[]> Texts, int Width, bool Base64);

/// <summary>What a request for embeddings turned out to be: understood, or refused with a reason.</summary>
internal readonly record struct EmbeddingParsed(EmbeddingRequest? Request, ApiError? Error)
{
    public static implicit operator EmbeddingParsed(ApiError error) => new(null, error);

    public static implicit operator EmbeddingParsed(EmbeddingRequest request) => new(request, null);
}
