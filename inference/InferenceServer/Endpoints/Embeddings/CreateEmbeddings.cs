using System.Buffers.Binary;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary><c>POST /v1/embeddings</c></summary>
internal sealed class CreateEmbeddings(EmbedTexts embed)
{
    public void Map(IEndpointRouteBuilder routes) => routes.MapPost("/v1/embeddings", http => Answer(http));

    private async Task Answer(HttpContext http)
    {
        Embedded embedded = await embed.Handle(http, (served, body) => new ReadEmbeddingRequest(served).Read(body));
        if (embedded.Error is { } error) await error.WriteAsync(http);
        else await WireJson.WriteAsync(http, StatusCodes.Status200OK, Body(embedded.Served!, embedded.Request!, embedded.Vectors));
    }

    private static EmbeddingList Body(ServedModel served, EmbeddingRequest request, IReadOnlyList<float[]> vectors)
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
