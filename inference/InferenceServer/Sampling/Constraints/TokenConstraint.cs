using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas;

namespace LlmOps.Inference.Sampling.Constraints;

/// <summary>Holds one answer to a grammar: says which tokens may come next.</summary>
/// <exception cref="SchemaException">From all that search: the answer has used up what it may search.</exception>
internal sealed class TokenConstraint(TokenGrammar grammar)
{
    private readonly SearchAllowance _allowance = new();
    private GrammarState _state = grammar.Begin();

    /// <summary>Whether the text is complete as it is.</summary>
    public bool MayEnd => _state.MayEnd;

    /// <summary>Whether the text is complete and nothing can follow.</summary>
    public bool Ended => _state.Ended;

    /// <summary>Whether it is cheap to look at all tokens at once.</summary>
    public bool KnowsMask => grammar.KnowsMaskOf(_state);

    /// <summary>The tokens that may come next.</summary>
    public TokenMask Mask => grammar.MaskOf(_state, _allowance);

    /// <summary>Whether a token leaves a text that can be completed; one without text never helps.</summary>
    public bool Allows(int token) => grammar.Allows(_state, token, _allowance);

    public void Take(int token)
    {
        _state = grammar.After(_state, token, _allowance);
        _allowance.Earn();
    }
}
