using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Endpoints;

/// <summary>The fields that both inference endpoints read alike.</summary>
internal sealed record SharedFields(SamplingOptions Sampling, IReadOnlyList<string> Stops, bool Stream, bool IncludeUsage)
{
    private const int MostStops = 4;

    public static SharedFields Read(RequestFields fields, ServedModel served)
    {
        ReadModel(fields);
        RequireUnused(fields);
        bool stream = fields.Flag("stream");
        return new SharedFields(ReadSampling(fields, served), fields.Texts("stop", MostStops), stream, ReadIncludeUsage(fields, stream));
    }

    /// <summary>A refusal when the request names a model that is not served here.</summary>
    public static ApiError? RefuseModel(RequestFields fields, ServedModel served) =>
        fields.Find("model") is { ValueKind: JsonValueKind.String } model && !served.Answers(fields.TextOf(model, "model"))
            ? ApiError.UnknownModel(fields.TextOf(model, "model"))
            : null;

    private static void ReadModel(RequestFields fields)
    {
        if (fields.Text("model") is not { Length: > 0 }) fields.Refuse("model", "'model' must name a model.");
    }

    private static SamplingOptions ReadSampling(RequestFields fields, ServedModel served)
    {
        double temperature = fields.Number("temperature", 0, 2) ?? served.Temperature;
        double topP = fields.Number("top_p", 0, 1) ?? served.TopP;
        if (topP == 0) fields.Refuse("top_p", "'top_p' must be over 0.");
        long topK = fields.Integer("top_k", -1, int.MaxValue) ?? served.TopK;
        long seed = fields.Integer("seed", long.MinValue, long.MaxValue) ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        return new SamplingOptions(temperature, topP, (int)Math.Max(0, topK), seed);
    }

    private static bool ReadIncludeUsage(RequestFields fields, bool stream)
    {
        if (fields.Find("stream_options") is not { } options) return false;
        if (!stream || options.ValueKind != JsonValueKind.Object)
        {
            fields.Refuse("stream_options", "'stream_options' must be an object and needs 'stream'.");
            return false;
        }
        return options.TryGetProperty("include_usage", out JsonElement include) && include.ValueKind == JsonValueKind.True;
    }

    private static void RequireUnused(RequestFields fields)
    {
        fields.RequireUnused("n", IsOne);
        fields.RequireUnused("best_of", IsOne);
        fields.RequireUnused("frequency_penalty", IsZero);
        fields.RequireUnused("presence_penalty", IsZero);
        fields.RequireUnused("logit_bias", v => v.ValueKind == JsonValueKind.Object && !v.EnumerateObject().Any());
        fields.RequireUnused("tools", v => v.ValueKind == JsonValueKind.Array && v.GetArrayLength() == 0);
        fields.RequireUnused("tool_choice", v => v.ValueKind == JsonValueKind.String && (v.ValueEquals("none") || v.ValueEquals("auto")));
        fields.RequireUnused("response_format", IsPlainText);
        fields.RequireUnused("suffix", v => v.ValueKind == JsonValueKind.String && v.ValueEquals(""));
    }

    private static bool IsPlainText(JsonElement format) =>
        format.ValueKind == JsonValueKind.Object
        && format.TryGetProperty("type", out JsonElement type)
        && type.ValueKind == JsonValueKind.String
        && type.ValueEquals("text");

    private static bool IsOne(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 1;

    private static bool IsZero(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.GetDouble() == 0;
}
