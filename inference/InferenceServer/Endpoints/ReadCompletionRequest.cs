using System.Text.Json;

namespace LlmOps.Inference.Endpoints;

/// <summary>Understands the body of a completion request.</summary>
internal sealed class ReadCompletionRequest(ServedModel served)
{
    private const int MostPrompts = 128;
    private const int MostChoices = 1024;
    private const int DefaultMaxTokens = 16;

    private readonly PromptLimit _limit = new(served);

    public Parsed Read(JsonElement body, Envelope envelope)
    {
        RequestFields fields = new(body);
        if (SharedFields.RefuseModel(fields, served) is { } unknown) return unknown;
        SharedFields shared = SharedFields.Read(fields, served);
        bool echo = fields.Flag("echo");
        int? likeliest = (int?)fields.Integer("logprobs", 0, SharedFields.MostLikeliest);
        long? asked = fields.Integer("max_tokens", echo ? 0 : 1, int.MaxValue);
        ApiError? tooLong = ReadPrompts(fields, out List<int[]> prompts);
        if ((fields.Error ?? tooLong) is { } error) return error;

        if (prompts.Count * shared.Count > MostChoices) return ApiError.Invalid("n", $"A request may ask for up to {MostChoices} answers; this one asks for {prompts.Count} times {shared.Count}.");
        List<Choice> choices = [];
        foreach (int[] prompt in prompts)
        {
            long maxTokens = asked ?? Math.Clamp(served.ContextLength - prompt.Length, 1, DefaultMaxTokens);
            if (_limit.RefuseAnswer(prompt.Length, maxTokens, "prompt") is { } noRoom) return noRoom;
            string? repeated = echo ? served.Tokenizer.Decode(prompt) : null;
            for (int i = 0; i < shared.Count; i++) choices.Add(shared.ChoiceOf(choices.Count, prompt, maxTokens, likeliest, served.Tokenizer, repeated));
        }
        return new ParsedRequest(choices, new CompletionForm(envelope, served.Tokenizer), shared);
    }

    private ApiError? ReadPrompts(RequestFields fields, out List<int[]> prompts)
    {
        prompts = [];
        JsonElement[] given = fields.Find("prompt") switch
        {
            { ValueKind: JsonValueKind.Array } list when list.EnumerateArray().All(one => one.ValueKind is JsonValueKind.String or JsonValueKind.Array) => [.. list.EnumerateArray()],
            { } one => [one],
            null => [],
        };
        if (given.Length is 0 or > MostPrompts) return NoPrompt();
        foreach (JsonElement one in given)
        {
            int[] prompt;
            if (one.ValueKind == JsonValueKind.String)
            {
                if (_limit.Encode(fields.TextOf(one, "prompt"), "prompt", framed: true, out prompt) is { } error) return error;
            }
            else if (one.ValueKind == JsonValueKind.Array && one.GetArrayLength() > 0 && one.EnumerateArray().All(IsToken))
            {
                prompt = [.. one.EnumerateArray().Select(id => id.GetInt32())];
            }
            else
            {
                return NoPrompt();
            }
            prompts.Add(prompt);
        }
        return null;
    }

    private static ApiError NoPrompt() =>
        ApiError.Invalid("prompt", $"'prompt' must be a string, a list of token ids of this model, or a list of up to {MostPrompts} of these; none empty.");

    private bool IsToken(JsonElement id) =>
        id.ValueKind == JsonValueKind.Number && id.TryGetInt32(out int token) && served.Knows(token);
}
