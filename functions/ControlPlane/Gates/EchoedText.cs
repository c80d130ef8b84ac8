using System.Text.Json;

namespace LlmOps.Gates;

/// <summary>Reads how likely a model held the tokens of a given text, from a completion that echoes its prompt with log-probabilities.</summary>
internal static class EchoedText
{
    /// <summary>The perplexity of the echoed prompt, or why the answer does not tell it.</summary>
    /// <param name="generated">How many tokens were asked for beyond the prompt, 0 or 1.</param>
    /// <param name="elapsed">Milliseconds since the request.</param>
    public static Completion Read(string body, int generated, double elapsed)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement answer = document.RootElement;
        if (Scores(answer) is not { } scores)
        {
            return Untold("the endpoint tells no log-probabilities of a given text");
        }
        // Nothing predicts a text's first token; who has a number there scored an answer instead.
        if (scores is not [{ ValueKind: JsonValueKind.Null }, ..])
        {
            return Untold("the endpoint does not echo a given text");
        }
        int prompt = PromptTokens(answer) ?? scores.Count - generated;
        if (prompt > scores.Count || scores.Take(prompt).Skip(1).Any(score => score.ValueKind != JsonValueKind.Number))
        {
            return Untold("the endpoint does not score each token of a given text");
        }
        if (prompt < 2)
        {
            return Untold("a text of one token has no perplexity: nothing predicts it");
        }
        double perplexity = Math.Exp(-scores.Take(prompt).Skip(1).Average(score => score.GetDouble()));
        return double.IsFinite(perplexity)
            ? new Completion("", prompt, elapsed, null) { Perplexity = perplexity, Fingerprint = StreamedAnswer.Fingerprint(answer) }
            : Untold("the endpoint's log-probabilities of a given text are beyond numbers");

        Completion Untold(string why) => new("", 0, elapsed, why);
    }

    private static List<JsonElement>? Scores(JsonElement answer) =>
        answer.GetProperty("choices")[0].TryGetProperty("logprobs", out JsonElement told) && told.ValueKind == JsonValueKind.Object
            && told.TryGetProperty("token_logprobs", out JsonElement scores) && scores.ValueKind == JsonValueKind.Array
            ? [.. scores.EnumerateArray()]
            : null;

    private static int? PromptTokens(JsonElement answer) =>
        answer.TryGetProperty("usage", out JsonElement usage) && usage.ValueKind == JsonValueKind.Object
            && usage.TryGetProperty("prompt_tokens", out JsonElement tokens) && tokens.TryGetInt32(out int count) ? count : null;
}
