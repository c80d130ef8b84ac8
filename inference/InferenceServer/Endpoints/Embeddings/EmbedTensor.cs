using System.Text.Json;
using LlmOps.Inference.Endpoints.OpenInference;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>The Open Inference Protocol's <c>infer</c> of an embedder: a tensor of texts in, a tensor of their embeddings out.</summary>
internal sealed class EmbedTensor(EmbedTexts embed)
{
    private long _answered;

    public async Task Answer(HttpContext http)
    {
        string? id = null;
        Embedded embedded = await embed.Handle(http, (served, body) =>
        {
            if (DescribeServer.RefuseModel(http, served) is { } unknown) return unknown;
            RequestFields fields = new(body);
            id = fields.Text("id");
            return fields.Error is { } error ? error : new ReadEmbeddingRequest(served).ReadTensor(body);
        });
        if (embedded.Error is { } refusal)
        {
            await refusal.WriteAsync(http, OpenInferenceErrors.Of(refusal));
            return;
        }
        (ServedModel made, int width) = (embedded.Served!, embedded.Request!.Width);
        id ??= $"oip-{made.StartedAt.ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _answered):x}";
        VectorTensor tensor = new(InferTensors.Embedding, [embedded.Vectors.Count, width], "FP32", [.. embedded.Vectors.SelectMany(vector => vector)]);
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, new InferredVectors(made.Name, made.Version, id, [tensor]));
    }
}
