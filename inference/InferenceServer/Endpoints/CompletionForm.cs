using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Answers of the completion endpoint.</summary>
/// <param name="echo">Text of the prompt where it is to be repeated, else empty.</param>
internal sealed class CompletionForm(Envelope envelope, Tokenizer tokenizer, string echo) : IAnswerForm
{
    public object Whole(Generation generation, IReadOnlyList<GeneratedToken> tokens, string rest, Usage usage)
    {
        string text = echo + string.Concat(tokens.Select(t => t.Text.Text)) + rest;
        ScoredTokens? scores = generation.Request.Likeliest is null ? null : PromptScores(generation);
        if (scores is not null) foreach (GeneratedToken token in tokens) scores.Add(token.Score!, token.Text.Offset);
        return Part(text, scores?.OnTheWire, FinishReasons.OnTheWire(generation.Finish), usage);
    }

    public object? Opening(Generation generation)
    {
        if (echo.Length == 0) return null;
        return Part(echo, generation.Request.Likeliest is null ? null : PromptScores(generation).OnTheWire, null);
    }

    public object Piece(GeneratedToken token)
    {
        if (token.Score is null) return Part(token.Text.Text, null, null);
        ScoredTokens scores = new(tokenizer);
        scores.Add(token.Score, token.Text.Offset);
        return Part(token.Text.Text, scores.OnTheWire, null);
    }

    public object Closing(FinishReason finish, string rest) => Part(rest, null, FinishReasons.OnTheWire(finish));

    public object UsageOnly(Usage usage) =>
        new TextCompletion(envelope.Id, "text_completion", envelope.Created, envelope.Model, envelope.Fingerprint, [], usage);

    private TextCompletion Part(string text, TextLogProbabilities? scores, string? finish, Usage? usage = null) =>
        new(envelope.Id, "text_completion", envelope.Created, envelope.Model, envelope.Fingerprint,
            [new TextChoice(0, text, scores, finish)], usage);

    private ScoredTokens PromptScores(Generation generation)
    {
        ScoredTokens scores = new(tokenizer);
        if (!generation.Request.ScorePrompt) return scores;
        TextStream text = new(tokenizer, keepSpecial: true);
        int offset = text.Append(generation.Request.Prompt[0]).Length;
        scores.AddFirst(generation.Request.Prompt[0]);
        foreach (TokenScore score in generation.PromptScores)
        {
            scores.Add(score, offset);
            offset += text.Append(score.Token).Length;
        }
        return scores;
    }
}
