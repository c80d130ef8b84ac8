using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Answers of the chat endpoint.</summary>
internal sealed class ChatForm(Envelope envelope, Tokenizer tokenizer) : IAnswerForm
{
    public object Whole(Generation generation, IReadOnlyList<GeneratedToken> tokens, string rest, Usage usage)
    {
        AssistantMessage message = new("assistant", string.Concat(tokens.Select(t => t.Text.Text)) + rest, Refusal: null);
        ChatLogProbabilities? scores = generation.Request.Likeliest is null ? null : new([.. tokens.Select(Scored)]);
        return new ChatCompletion(
            envelope.Id, "chat.completion", envelope.Created, envelope.Model, envelope.Fingerprint,
            [new ChatChoice(0, message, scores, FinishReasons.OnTheWire(generation.Finish))], usage);
    }

    public object Opening(Generation generation) => Chunk(new ChatDelta("assistant", ""), null, null);

    public object Piece(GeneratedToken token) =>
        Chunk(new ChatDelta(null, token.Text.Text), token.Score is null ? null : new([Scored(token)]), null);

    public object Closing(FinishReason finish, string rest) =>
        Chunk(new ChatDelta(null, rest.Length > 0 ? rest : null), null, FinishReasons.OnTheWire(finish));

    public object UsageOnly(Usage usage) =>
        new ChatChunk(envelope.Id, "chat.completion.chunk", envelope.Created, envelope.Model, envelope.Fingerprint, [], usage);

    private ChatChunk Chunk(ChatDelta delta, ChatLogProbabilities? scores, string? finish) =>
        new(envelope.Id, "chat.completion.chunk", envelope.Created, envelope.Model, envelope.Fingerprint,
            [new ChatChunkChoice(0, delta, scores, finish)], Usage: null);

    private ChatTokenLogProbability Scored(GeneratedToken token)
    {
        TokenScore score = token.Score!;
        return new ChatTokenLogProbability(
            tokenizer.Decode([score.Token]), score.LogProbability, Bytes(score.Token),
            [.. score.Likeliest.Select(l => new LikelyToken(tokenizer.Decode([l.Token]), l.LogProbability, Bytes(l.Token)))]);
    }

    private int[] Bytes(int token) => [.. tokenizer.Bytes(token).ToArray().Select(b => (int)b)];
}
