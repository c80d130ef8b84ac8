using System.Text.Json;

namespace LlmOps.Inference.Endpoints.Embeddings;

/// <summary>Understands the body of a request for embeddings.</summary>
internal sealed class ReadEmbeddingRequest(ServedModel served, PromptLimit limit)
{
    // OpenAI's own limit of one request.
    private const int MostTexts = 2048;

    public (EmbeddingRequest? Request, ApiError? Error) Read(JsonElement body)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return (null, unknown);
        if (served.Embedding is not { } embedding) return (null, ApiError.MakesText(served.Name));
        SharedFields.ReadModel(fields);
        string format = fields.Text("encoding_format") ?? "float";
        if (format is not ("float" or "base64")) fields.Refuse("encoding_format", "'encoding_format' must be float or base64.");
        long width = fields.Integer("dimensions", 1, int.MaxValue) ?? embedding.Width;
        if (embedding.RefuseWidth(width) is { } rule) fields.Refuse("dimensions", $"'dimensions' {rule}.");
        ApiError? tooLong = ReadTexts(Inputs(fields.Find("input")), fields, out List<int[]> texts);
        return (fields.Error ?? tooLong) is { } error ? (null, error) : (new EmbeddingRequest(texts, (int)width, format == "base64"), null);
    }

    /// <summary>The token ids of texts.</summary>
    /// <param name="inputs">Each a string or a list of token ids.</param>
    /// <param name="fields">Where they come from.</param>
    /// <param name="texts">Token ids, at least one a text.</param>
    public ApiError? ReadTexts(IReadOnlyList<JsonElement> inputs, RequestFields fields, out List<int[]> texts)
    {
        texts = [];
        if (inputs.Count is 0 or > MostTexts) return NoInput();
        foreach (JsonElement input in inputs)
        {
            int[] tokens;
            if (input.ValueKind == JsonValueKind.String)
            {
                if (limit.Encode(fields.TextOf(input, "input"), "input", framed: true, out tokens) is { } error) return error;
            }
            else if (input.ValueKind == JsonValueKind.Array && input.GetArrayLength() > 0 && input.EnumerateArray().All(IsToken))
            {
                tokens = [.. input.EnumerateArray().Select(id => id.GetInt32())];
            }
            else
            {
                return NoInput();
            }
            if (tokens.Length > served.ContextLength) return ApiError.TooLong(served.ContextLength, "input", $"a text has {tokens.Length}");
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
