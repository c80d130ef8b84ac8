using System.Text.Json;
using LlmOps.Inference.Endpoints.OpenInference;
using LlmOps.Inference.Endpoints.Wire;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>The Open Inference Protocol's <c>infer</c> of an embedder: a tensor of texts in, a tensor of their embeddings out.</summary>
internal sealed class EmbedTensor(ServedModel served, ReadEmbeddingRequest read, EmbedTexts embed)
{
    private long _answered;

    public async Task Answer(HttpContext http)
    {
        http.Response.Headers["x-llmops-version"] = served.Version;
        http.Response.Headers["x-llmops-slot"] = served.Slot;
        (JsonElement body, ApiError? error) = await AnswerRequest.ReadBody(http);
        error ??= DescribeServer.RefuseModel(http, served);
        RequestFields fields = new(body);
        List<int[]> texts = [];
        if (error is null)
        {
            JsonElement[] inputs = ReadTextRequest.ReadTexts(fields) is { } tensor ? [.. tensor.EnumerateArray()] : [];
            error = fields.Error ?? read.ReadTexts(inputs, fields, out texts);
            error = fields.Error ?? error;
        }
        int width = served.Embedding!.Width;
        IReadOnlyList<float[]>? vectors = null;
        if (error is null) (vectors, error) = await embed.Handle(new EmbeddingRequest(texts, width, Base64: false), http.RequestAborted);
        if (error is not null)
        {
            await error.WriteAsync(http, OpenInferenceErrors.Of(error));
            return;
        }
        string id = fields.Text("id") ?? $"oip-{served.StartedAt.ToUnixTimeMilliseconds():x}-{Interlocked.Increment(ref _answered):x}";
        await WireJson.WriteAsync(http, StatusCodes.Status200OK, new InferredVectors(
            served.Name, served.Version, id, [new VectorTensor(InferTensors.Embedding, [vectors!.Count, width], "FP32", [.. vectors.SelectMany(vector => vector)])]));
    }
}
