using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling;

/// <summary>Holds an answer to a grammar: says which tokens may come next.</summary>
/// <param name="grammar">What the answer's bytes have to be.</param>
/// <param name="bytes">The bytes that a token stands for; empty for one without text.</param>
internal sealed class TokenConstraint(Grammar grammar, Func<int, ReadOnlyMemory<byte>> bytes)
{
    private GrammarState _state = GrammarState.Begin(grammar);

    /// <summary>Whether the text is complete as it is.</summary>
    public bool MayEnd => _state.MayEnd;

    /// <summary>Whether a token leaves a text that can be completed; one without text never helps.</summary>
    public bool Allows(int token)
    {
        ReadOnlySpan<byte> text = bytes(token).Span;
        return text.Length > 0 && _state.Allows(text);
    }

    public void Take(int token) => _state = _state.After(bytes(token).Span);
}
