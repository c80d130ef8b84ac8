using System.Text.Json;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>Understands the body of a completion request.</summary>
internal sealed class ReadCompletionRequest(ServedModel served, PromptLimit limit)
{
    private const int MostLikeliest = 20;
    private const int DefaultMaxTokens = 16;

    public Parsed Read(JsonElement body, Envelope envelope)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return unknown;
        SharedFields shared = SharedFields.Read(fields, served);
        bool echo = fields.Flag("echo");
        int? likeliest = (int?)fields.Integer("logprobs", 0, MostLikeliest);
        long? asked = fields.Integer("max_tokens", echo ? 0 : 1, int.MaxValue);
        ApiError? tooLong = ReadPrompt(fields, out int[] prompt);
        if ((fields.Error ?? tooLong) is { } error) return error;

        long maxTokens = asked ?? Math.Clamp(served.ContextLength - prompt.Length, 1, DefaultMaxTokens);
        if (limit.RefuseAnswer(prompt.Length, maxTokens, "prompt") is { } noRoom) return noRoom;

        string repeated = echo ? served.Tokenizer.Decode(prompt) : "";
        Transcript transcript = new(served.Tokenizer, shared.Stops, repeated.Length);
        GenerationRequest request = new()
        {
            Prompt = prompt,
            Sampling = shared.Sampling,
            MaxTokens = (int)maxTokens,
            Likeliest = likeliest,
            ScorePrompt = echo && likeliest is not null,
            Transcribe = transcript.Append,
        };
        return new ParsedRequest(request, transcript, new CompletionForm(envelope, served.Tokenizer, repeated), shared);
    }

    private ApiError? ReadPrompt(RequestFields fields, out int[] prompt)
    {
        prompt = [];
        JsonElement? given = fields.Find("prompt");
        if (given is { ValueKind: JsonValueKind.Array } list
            && list.GetArrayLength() == 1
            && (list[0].ValueKind is JsonValueKind.String or JsonValueKind.Array))
        {
            given = list[0];
        }
        if (given is { ValueKind: JsonValueKind.String } text) return limit.Encode(fields.TextOf(text, "prompt"), "prompt", out prompt);
        if (given is { ValueKind: JsonValueKind.Array } ids && ids.GetArrayLength() > 0 && ids.EnumerateArray().All(IsToken))
        {
            prompt = [.. ids.EnumerateArray().Select(id => id.GetInt32())];
            return null;
        }
        return ApiError.Invalid("prompt", "'prompt' must be one string or one list of token ids, and not empty.");
    }

    private bool IsToken(JsonElement id) =>
        id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int token) && served.Tokenizer.Knows(token);
}
