using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Answers of the completion endpoint.</summary>
internal sealed class CompletionForm(Envelope envelope, Tokenizer tokenizer) : IAnswerForm
{
    public object Whole(IReadOnlyList<Answered> choices, Usage usage) => Completion([.. choices.Select(Whole)], usage);

    public object? Opening(Choice choice, Generation generation)
    {
        if (choice.Echo.Length == 0) return null;
        return Part(choice, choice.Echo, choice.Request.Likeliest is null ? null : PromptScores(generation).OnTheWire, null);
    }

    public object Piece(Choice choice, string text, GeneratedToken? scored)
    {
        if (scored is not { Score: { } score } token) return Part(choice, text, null, null);
        ScoredTokens scores = new(tokenizer);
        scores.Add(score, token.Text.Offset);
        return Part(choice, text, scores.OnTheWire, null);
    }

    public object Closing(Choice choice, FinishReason finish, string rest) => Part(choice, rest, null, FinishReasons.OnTheWire(finish));

    public object UsageOnly(Usage usage) => Completion([], usage);

    private TextChoice Whole(Answered answered)
    {
        ScoredTokens? scores = answered.Choice.Request.Likeliest is null ? null : PromptScores(answered.Generation);
        if (scores is not null) foreach (GeneratedToken token in answered.Tokens) scores.Add(token.Score!, token.Text.Offset);
        return new TextChoice(answered.Choice.Index, answered.Text, scores?.OnTheWire, FinishReasons.OnTheWire(answered.Generation.Finish));
    }

    private TextCompletion Part(Choice choice, string text, TextLogProbabilities? scores, string? finish) =>
        Completion([new TextChoice(choice.Index, text, scores, finish)], usage: null);

    private TextCompletion Completion(IReadOnlyList<TextChoice> choices, Usage? usage) =>
        new(envelope.Id, "text_completion", envelope.Created, envelope.Model, envelope.Fingerprint, choices, usage);

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
