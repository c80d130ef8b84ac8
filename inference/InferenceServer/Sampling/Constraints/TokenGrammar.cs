using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>A grammar over the tokens of a vocabulary; what one answer finds out about it serves the next. Safe for many threads.</summary>
/// <exception cref="SchemaException">From all that search: more than the allowance that is given, or than a new answer's.</exception>
internal sealed class TokenGrammar
{
    /// <summary>About the most memory that a grammar takes with all that is remembered of it.</summary>
    public const int MostBytes = 32 * 1024 * 1024;

    private readonly Lock _lock = new();
    private readonly TokenTrie _trie;
    private readonly GrammarStates _states;
    private readonly TokenMasks _masks;

    public TokenGrammar(Grammar grammar, TokenTrie trie)
    {
        (_trie, _states) = (trie, new GrammarStates(grammar));
        _masks = new TokenMasks(trie, _states);
    }

    /// <summary>About the memory that is taken now, as far as another thread has told.</summary>
    public long Bytes => _states.Bytes + _masks.Bytes;

    /// <summary>What has been searched so far.</summary>
    public long Looks => _states.Looks;

    /// <summary>The state before the first token.</summary>
    public GrammarState Begin()
    {
        lock (_lock) return _states.Begin();
    }

    /// <summary>Whether a token leaves a text that can be completed; one without text never helps.</summary>
    public bool Allows(GrammarState state, int token, SearchAllowance? allowance = null)
    {
        ReadOnlySpan<byte> text = _trie.TextOf(token);
        if (text.Length == 0) return false;
        lock (_lock)
        {
            using Search _ = new(_states, allowance);
            return state.Allows(text);
        }
    }

    public GrammarState After(GrammarState state, int token, SearchAllowance? allowance = null)
    {
        lock (_lock)
        {
            using Search _ = new(_states, allowance);
            return state.After(_trie.TextOf(token));
        }
    }

    /// <summary>Whether <see cref="MaskOf"/> has found it out before.</summary>
    public bool KnowsMaskOf(GrammarState state)
    {
        lock (_lock) return _masks.Knows(state);
    }

    /// <summary>The tokens that may come in a state.</summary>
    public TokenMask MaskOf(GrammarState state, SearchAllowance? allowance = null)
    {
        lock (_lock)
        {
            using Search _ = new(_states, allowance);
            return _masks.Of(state);
        }
    }

    /// <summary>From here on no more is searched than is left; what was is spent in the end.</summary>
    private readonly ref struct Search : IDisposable
    {
        private readonly GrammarStates _states;
        private readonly SearchAllowance? _allowance;
        private readonly long _before;

        public Search(GrammarStates states, SearchAllowance? allowance)
        {
            (_states, _allowance, _before) = (states, allowance, states.Looks);
            states.LastLook = _before + (allowance?.Left ?? SearchAllowance.First);
        }

        public void Dispose()
        {
            _allowance?.Spend(_states.Looks - _before);
            _states.LastLook = long.MaxValue;
        }
    }
}
