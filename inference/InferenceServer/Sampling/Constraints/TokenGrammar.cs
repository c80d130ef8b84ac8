using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>A grammar over the tokens of a vocabulary; what one answer finds out about it serves the next. Safe for many threads.</summary>
internal sealed class TokenGrammar
{
    private readonly Lock _lock = new();
    private readonly TokenTrie _trie;
    private readonly GrammarStates _states;
    private readonly TokenMasks _masks;

    public TokenGrammar(Grammar grammar, TokenTrie trie)
    {
        (_trie, _states) = (trie, new GrammarStates(grammar));
        _masks = new TokenMasks(trie, _states);
    }

    /// <summary>The state before the first token.</summary>
    public GrammarState Begin()
    {
        lock (_lock) return _states.Begin();
    }

    /// <summary>Whether a token leaves a text that can be completed; one without text never helps.</summary>
    public bool Allows(GrammarState state, int token)
    {
        ReadOnlySpan<byte> text = _trie.TextOf(token);
        lock (_lock) return text.Length > 0 && state.Allows(text);
    }

    public GrammarState After(GrammarState state, int token)
    {
        lock (_lock) return state.After(_trie.TextOf(token));
    }

    /// <summary>Whether <see cref="MaskOf"/> has found it out before.</summary>
    public bool KnowsMaskOf(GrammarState state)
    {
        lock (_lock) return _masks.Knows(state);
    }

    /// <summary>The tokens that may come in a state.</summary>
    public TokenMask MaskOf(GrammarState state)
    {
        lock (_lock) return _masks.Of(state);
    }
}
