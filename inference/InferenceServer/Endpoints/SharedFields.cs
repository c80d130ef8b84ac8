using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>The fields that both inference endpoints read alike.</summary>
internal sealed record SharedFields(SamplingOptions Sampling, int Count, int Priority, IReadOnlyList<string> Stops, bool Stream, bool IncludeUsage)
{
    /// <summary>Whether the same request is to have the same answer.</summary>
    public bool Deterministic { get; private init; }

    /// <summary>Most alternatives that are listed with each token.</summary>
    public const int MostLikeliest = 20;

    private const int MostStops = 4;
    private const int LongestStop = 4096;
    private const int MostChoices = 128;
    private const int MostBiases = 1024;

    public static SharedFields Read(RequestFields fields, ServedModel served, bool takesTools = false)
    {
        ReadModel(fields);
        RequireUnused(fields, takesTools);
        bool stream = fields.Flag("stream");
        int count = (int)(fields.Integer("n", 1, MostChoices) ?? 1);
        if (fields.Integer("best_of", 1, MostChoices) is { } best && best != count) fields.Refuse("best_of", "'best_of' must be equal to 'n'.");
        IReadOnlyList<string> stops = fields.Texts("stop", MostStops);
        if (stops.Any(stop => stop.Length > LongestStop)) fields.Refuse("stop", $"'stop' must be no longer than {LongestStop} characters.");
        int priority = (int)(fields.Integer("priority", int.MinValue, int.MaxValue) ?? 0);
        SamplingOptions sampling = ReadSampling(fields, served);
        return new SharedFields(sampling, count, priority, stops, stream, ReadIncludeUsage(fields, stream))
        {
            Deterministic = sampling.Greedy || fields.Find("seed") is not null,
        };
    }

    /// <summary>How one of several answers is drawn: each from a seed of its own.</summary>
    public SamplingOptions SamplingOf(int choice) => Sampling with { Seed = unchecked(Sampling.Seed + choice) };

    /// <summary>One of the answers that the request asks for.</summary>
    /// <param name="index">Its place among them.</param>
    /// <param name="prompt">Token ids.</param>
    /// <param name="maxTokens">Most tokens of the answer.</param>
    /// <param name="likeliest">How many alternatives to list with each token; null scores none.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="echo">Text of the prompt, where that is to be repeated.</param>
    public Choice ChoiceOf(int index, int[] prompt, long maxTokens, int? likeliest, Tokenizer tokenizer, string? echo = null)
    {
        Transcript transcript = new(tokenizer, Stops, echo?.Length ?? 0);
        return new Choice(index, new GenerationRequest
        {
            Prompt = prompt,
            Sampling = SamplingOf(index),
            MaxTokens = (int)maxTokens,
            Likeliest = likeliest,
            Priority = Priority,
            ScorePrompt = echo is not null && likeliest is not null,
            Transcribe = transcript.Append,
        }, transcript, echo ?? "");
    }

    /// <summary>A refusal when the request names a model that is not served here.</summary>
    public static ApiError? RefuseModel(RequestFields fields, ServedModel served) =>
        fields.Find("model") is { ValueKind: JsonValueKind.String } model && !served.Answers(fields.TextOf(model, "model"))
            ? ApiError.UnknownModel(fields.TextOf(model, "model"))
            : null;

    /// <summary>Refuses a request that names no model.</summary>
    public static void ReadModel(RequestFields fields)
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
        return new SamplingOptions(temperature, topP, (int)Math.Max(0, topK), seed)
        {
            MinP = fields.Number("min_p", 0, 1) ?? 0,
            PresencePenalty = (float)(fields.Number("presence_penalty", -2, 2) ?? 0),
            FrequencyPenalty = (float)(fields.Number("frequency_penalty", -2, 2) ?? 0),
            RepetitionPenalty = (float)(fields.Number("repetition_penalty", 0.01, 100) ?? 1),
            LogitBias = ReadBias(fields, served),
            Constraint = ResponseFormat.Read(fields, served),
            EndTokens = served.EndTokens,
        };
    }

    private static Dictionary<int, float> ReadBias(RequestFields fields, ServedModel served)
    {
        Dictionary<int, float> biases = [];
        if (fields.Find("logit_bias") is not { } given) return biases;
        bool fits = given.ValueKind == JsonValueKind.Object && given.EnumerateObject().Count() <= MostBiases && given.EnumerateObject().All(one =>
            int.TryParse(RequestFields.NameOf(one), NumberStyles.None, CultureInfo.InvariantCulture, out int token) && served.Knows(token)
            && one.Value.ValueKind == JsonValueKind.Number && one.Value.TryGetSingle(out float bias) && bias is >= -100 and <= 100
            && biases.TryAdd(token, bias));
        if (!fits) fields.Refuse("logit_bias", $"'logit_bias' must map up to {MostBiases} token ids of this model to numbers from -100 to 100.");
        return biases;
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

    private static void RequireUnused(RequestFields fields, bool takesTools)
    {
        if (!takesTools) fields.RequireUnused("tools", v => v.ValueKind == JsonValueKind.Array && v.GetArrayLength() == 0);
        fields.RequireUnused("suffix", v => v.ValueKind == JsonValueKind.String && v.ValueEquals(""));
    }
}
