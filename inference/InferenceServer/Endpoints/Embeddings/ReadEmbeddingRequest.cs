using System.Text.Json;
using LlmOps.Inference.Endpoints.OpenInference;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>Understands the body of a request for embeddings.</summary>
internal sealed class ReadEmbeddingRequest(ServedModel served)
{
    // OpenAI's own limit of one request.
    private const int MostTexts = 2048;

    private readonly PromptLimit _limit = new(served);

    public EmbeddingParsed Read(JsonElement body)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return unknown;
        if (served.Embedding is not { } embedding) return ApiError.MakesText(served.Name);
        SharedFields.ReadModel(fields);
        string format = fields.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64")) fields.Refuse("encoding_format", "'encoding_format' must be float or base64.");
        long width = fields.Integer("dimensions", 1, int.MaxValue) ?? embedding.Width;
        if (embedding.RefuseWidth(width) is { } rule) fields.Refuse("dimensions", $"'dimensions' {rule}.");
        ApiError? tooLong = ReadTexts(Inputs(fields.Find("input")), fields, "input", out List<int[]> texts);
        return (fields.Error ?? tooLong) is { } error ? error : new EmbeddingRequest(texts, (int)width, format == "base64");
    }

    /// <summary>Understands the protocol's tensor of texts.</summary>
    public EmbeddingParsed ReadTensor(JsonElement body)
    {
        if (served.Embedding is not { } embedding) return ApiError.MakesText(served.Name);
        RequestFields fields = new(body);
        JsonElement[] inputs = ReadTextRequest.ReadTexts(fields) is { } tensor ? [.. tensor.EnumerateArray()] : [];
        if (inputs.Length > MostTexts) fields.Refuse("inputs", $"'{InferTensors.Input}' must have at most {MostTexts} texts.");
        if (fields.Error is { } error) return error;
        ApiError? tooLong = ReadTexts(inputs, fields, "inputs", out List<int[]> texts);
        return (fields.Error ?? tooLong) is { } refusal ? refusal : new EmbeddingRequest(texts, embedding.Width, Base64: false);
    }

    private ApiError? ReadTexts(JsonElement[] inputs, RequestFields fields, string param, out List<int[]> texts)
    {
        texts = [];
        if (inputs.Length is 0 or > MostTexts) return NoInput();
        foreach (JsonElement input in inputs)
        {
            int[] tokens;
            if (input.ValueKind == JsonValueKind.String)
            {
                if (_limit.Encode(fields.TextOf(input, param), param, framed: true, out tokens) is { } error) return error;
            }
            else if (input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input.EnumerateArray().All(IsToken))
            {
                tokens = [.. input.EnumerateArray().Select(id => id.GetInt32())];
            }
            else
            {
                return NoInput();
            }
            if (tokens.Length > served.ContextLength) return ApiError.TooLong(served.ContextLength, param, $"a text has {tokens.Length}");
            texts.Add(tokens);
        }
        return null;
    }

    private static JsonElement[] Inputs(JsonElement? input) => input switch
    {
        { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Array) => [.. list.EnumerateArray()],
        { } one => [one],
        null => [],
    };

    private static ApiError NoInput() =>
        ApiError.Invalid("input", $"'input' must be a string, a list of token ids of this model, or a list of up to {MostTexts} of these; none empty.");

    private bool IsToken(JsonElement id) => id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int token) && served.Knows(token);
}
