using LlmOps.Inference.Endpoints.Tools;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Answers of the chat endpoint.</summary>
internal sealed class ChatForm(Envelope envelope, Tokenizer tokenizer, ToolUse? tools) : IAnswerForm
{
    private readonly Dictionary<int, HoldToolCalls> _held = [];

    public object Whole(IReadOnlyList<Answered> choices, Usage usage) => new ChatCompletion(
        envelope.Id, "chat.completion", envelope.Created, envelope.Model, envelope.Fingerprint, [.. choices.Select(Whole)], usage);

    public object Opening(Choice choice, Generation generation)
    {
        if (tools is not null) lock (_held) _held[choice.Index] = tools.Hold();
        return Chunk(choice, new ChatDelta("assistant", ""), null, null);
    }

    public string Release(Choice choice, string text) => Held(choice)?.Append(text) ?? text;

    public object Piece(Choice choice, string text, GeneratedToken? scored) =>
        Chunk(choice, new ChatDelta(null, text), scored is { } token ? new([Scored(token)]) : null, null);

    public object Closing(Choice choice, FinishReason finish, string rest)
    {
        IReadOnlyList<ToolCall> calls = [];
        if (Held(choice) is { } held)
        {
            string released = held.Append(rest);
            (string text, calls) = held.Complete();
            rest = released + text;
        }
        ChatDelta delta = new(null, rest.Length > 0 ? rest : null, tools?.OnTheWire(choice, calls, indexed: true));
        return Chunk(choice, delta, null, calls.Count > 0 ? FinishReasons.ToolCalls : FinishReasons.OnTheWire(finish));
    }

    public object UsageOnly(Usage usage) =>
        new ChatChunk(envelope.Id, "chat.completion.chunk", envelope.Created, envelope.Model, envelope.Fingerprint, [], usage);

    private ChatChoice Whole(Answered answered)
    {
        (string text, IReadOnlyList<ToolCall> calls) = tools?.FindIn(answered.Text) ?? (answered.Text, []);
        string? content = calls.Count > 0 && text.Length == 0 ? null : text;
        AssistantMessage message = new("assistant", content, Refusal: null, tools?.OnTheWire(answered.Choice, calls, indexed: false));
        ChatLogProbabilities? scores = answered.Choice.Request.Likeliest is null ? null : new([.. answered.Tokens.Select(Scored)]);
        string finish = calls.Count > 0 ? FinishReasons.ToolCalls : FinishReasons.OnTheWire(answered.Generation.Finish);
        return new ChatChoice(answered.Choice.Index, message, scores, finish);
    }

    private HoldToolCalls? Held(Choice choice)
    {
        lock (_held) return _held.GetValueOrDefault(choice.Index);
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
