using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Inference.Endpoints.OpenInference;

/// <summary>Understands the protocol's requests for text by saying them as completions; their parameters bear the same names.</summary>
internal sealed class ReadTextRequest(ServedModel served)
{
    // The protocol's own default; completions have less.
    private const int DefaultMaxTokens = 20;
    private const string Odd = "The request has a name twice, or text that is not valid Unicode.";

    /// <summary>One text in, one text out.</summary>
    public Parsed Generate(JsonElement body, Envelope envelope, bool stream)
    {
        RequestFields fields = new(body);
        string? text = fields.Text(InferTensors.Input);
        if (text is null) fields.Refuse(InferTensors.Input, $"'{InferTensors.Input}' must be a string.");
        JsonObject completion = Parameters(fields, out bool details);
        if (fields.Error is { } error) return error;
        completion["prompt"] = text;
        completion["stream"] = stream;
        if (details && !stream) completion["logprobs"] = 0;
        return With(completion, envelope, new GenerateForm(envelope, served, details));
    }

    /// <summary>A tensor of texts in, a tensor of texts out.</summary>
    public Parsed Infer(JsonElement body, Envelope envelope)
    {
        RequestFields fields = new(body);
        string id = fields.Text("id") ?? envelope.Id;
        JsonElement? texts = ReadTexts(fields);
        JsonObject completion = Parameters(fields, out _);
        if (fields.Error is { } error) return error;
        completion["prompt"] = JsonArray.Create(texts!.Value);
        completion["stream"] = false;
        return With(completion, envelope, new InferForm(id, served));
    }

    private Parsed With(JsonObject completion, Envelope envelope, IAnswerForm form)
    {
        completion["model"] = served.Name;
        JsonElement body;
        try
        {
            body = JsonSerializer.SerializeToElement(completion, Wire.WireContext.Default.JsonObject);
        }
        catch (Exception e) when (IsOdd(e))
        {
            return ApiError.Invalid(null, Odd);
        }
        Parsed parsed = new ReadCompletionRequest(served).Read(body, envelope);
        return parsed.Request is { } request ? request with { Form = form } : parsed;
    }

    private static JsonObject Parameters(RequestFields fields, out bool details)
    {
        details = false;
        if (fields.Find("parameters") is not { } given) return new JsonObject { ["max_tokens"] = DefaultMaxTokens };
        if (given.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse("parameters", "'parameters' must be an object.");
            return [];
        }
        try
        {
            return Parameters(JsonObject.Create(given)!, fields, out details);
        }
        catch (Exception e) when (IsOdd(e))
        {
            fields.Refuse("parameters", Odd);
            return [];
        }
    }

    private static JsonObject Parameters(JsonObject parameters, RequestFields fields, out bool details)
    {
        details = parameters.Remove("details", out JsonNode? asked) && asked is JsonValue flag && flag.TryGetValue(out bool wanted) && wanted;
        if (parameters.ContainsKey("n")) fields.Refuse("parameters", "'n' has no place in this protocol.");
        parameters.TryAdd("max_tokens", DefaultMaxTokens);
        return parameters;
    }

    private static bool IsOdd(Exception e) => e is ArgumentException or InvalidOperationException or JsonException;

    // One that is left out says nothing wrong. No size is larger than the number of texts, so that the product stays small.
    private static bool Fits(JsonElement input, int texts)
    {
        if (!input.TryGetProperty("shape", out JsonElement shape)) return true;
        if (shape.ValueKind != JsonValueKind.Array) return false;
        long product = 1;
        foreach (JsonElement size in shape.EnumerateArray())
        {
            if (size.ValueKind != JsonValueKind.Number || !size.TryGetInt32(out int n) || n < 1 || n > texts) return false;
            product *= n;
            if (product > texts) return false;
        }
        return product == texts;
    }

    /// <summary>The texts of a request's only tensor, or null where it has no such tensor.</summary>
    public static JsonElement? ReadTexts(RequestFields fields)
    {
        JsonElement[] inputs = fields.Find("inputs") is { ValueKind: JsonValueKind.Array } list ? [.. list.EnumerateArray()] : [];
        if (inputs is [{ ValueKind: JsonValueKind.Object } input]
            && input.TryGetProperty("name", out JsonElement name) && name.ValueKind == JsonValueKind.String && name.ValueEquals(InferTensors.Input)
            && input.TryGetProperty("datatype", out JsonElement type) && type.ValueKind == JsonValueKind.String && type.ValueEquals("BYTES")
            && input.TryGetProperty("data", out JsonElement data) && data.ValueKind == JsonValueKind.Array
            && data.GetArrayLength() > 0 && data.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String))
        {
            if (Fits(input, data.GetArrayLength())) return data;
            fields.Refuse("inputs", $"'shape' of '{InferTensors.Input}' must be a list of numbers whose product is {data.GetArrayLength()}, as many as 'data' has.");
            return null;
        }
        fields.Refuse("inputs", $"'inputs' must be one tensor '{InferTensors.Input}' of the datatype BYTES with at least one string.");
        return null;
    }
}
