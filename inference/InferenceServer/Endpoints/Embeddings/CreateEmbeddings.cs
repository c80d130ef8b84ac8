using System.Buffers.Binary;
using System.Text.Json;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary><c>POST /v1/embeddings</c></summary>
internal sealed class CreateEmbeddings(ServedModel served, ReadEmbeddingRequest read, EmbedTexts embed)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", http => Answer(http));

    private async Task Answer(HttpContext http)
    {
        http.Response.Headers["x-llmops-version"] = served.Version;
        http.Response.Headers["x-llmops-slot"] = served.Slot;
        (JsonElement body, ApiError? error) = await AnswerRequest.ReadBody(http);
        EmbeddingRequest? request = null;
        if (error is null) (request, error) = read.Read(body);
        IReadOnlyList<float[]>? vectors = null;
        if (request is not null) (vectors, error) = await embed.Handle(request, http.RequestAborted);
        if (error is not null) await error.WriteAsync(http);
        else await WireJson.WriteAsync(http, StatusCodes.Status200OK, Body(request!, vectors!));
    }

    private EmbeddingList Body(EmbeddingRequest request, IReadOnlyList<float[]> vectors)
    {
        int tokens = request.Texts.Sum(text => text.Length);
        object[] entries = [.. vectors.Select((vector, i) => request.Base64
            ? (object)new EncodedEmbedding("embedding", i, Convert.ToBase64String(Bytes(vector)))
            : new EmbeddingVector("embedding", i, vector))];
        return new EmbeddingList("list", entries, served.Name, new EmbeddingUsage(tokens, tokens));
    }

    private static byte[] Bytes(float[] vector)
    {
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return bytes;
    }
}
