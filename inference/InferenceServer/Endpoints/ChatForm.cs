using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Answers of the chat endpoint.</summary>
internal sealed class ChatForm(Envelope envelope, Tokenizer tokenizer) : IAnswerForm
{
    public object Whole(IReadOnlyList<Answered> choices, Usage usage) => new ChatCompletion(
        envelope.Id, "chat.completion", envelope.Created, envelope.Model, envelope.Fingerprint, [.. choices.Select(Whole)], usage);

    public object Opening(Choice choice, Generation generation) => Chunk(choice, new ChatDelta("assistant", ""), null, null);

    public object Piece(Choice choice, GeneratedToken token) =>
        Chunk(choice, new ChatDelta(null, token.Text.Text), token.Score is null ? null : new([Scored(token)]), null);

    public object Closing(Choice choice, FinishReason finish, string rest) =>
        Chunk(choice, new ChatDelta(null, rest.Length > 0 ? rest : null), null, FinishReasons.OnTheWire(finish));

    public object UsageOnly(Usage usage) =>
        new ChatChunk(envelope.Id, "chat.completion.chunk", envelope.Created, envelope.Model, envelope.Fingerprint, [], usage);

    private ChatChoice Whole(Answered answered)
    {
        AssistantMessage message = new("assistant", answered.Text, Refusal: null);
        ChatLogProbabilities? scores = answered.Choice.Request.Likeliest is null ? null : new([.. answered.Tokens.Select(Scored)]);
        return new ChatChoice(answered.Choice.Index, message, scores, FinishReasons.OnTheWire(answered.Generation.Finish));
    }

    private ChatChunk Chunk(Choice choice, ChatDelta delta, ChatLogProbabilities? scores, string? finish) =>
        new(envelope.Id, "chat.completion.chunk", envelope.Created, envelope.Model, envelope.Fingerprint,
            [new ChatChunkChoice(choice.Index, delta, scores, finish)], Usage: null);

    private ChatTokenLogProbability Scored(GeneratedToken token)
    {
        TokenScore score = token.Score!;
        return new ChatTokenLogProbability(
            tokenizer.Decode([score.Token]), score.LogProbability, Bytes(score.Token),
            [.. score.Likeliest.Select(l => new LikelyToken(tokenizer.Decode([l.Token]), l.LogProbability, Bytes(l.Token)))]);
    }

    private int[] Bytes(int token) => [.. tokenizer.Bytes(token).ToArray().Select(b => (int)b)];
}
