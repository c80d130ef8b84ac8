using System.Runtime.CompilerServices;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>Walks the words of a template.</summary>
internal sealed class TokenReader(IReadOnlyList<TemplateToken> tokens)
{
    private const int DeepestNesting = 200;

    private int _at;
    private int _depth;

    /// <summary>Every variable that has been read so far.</summary>
    public HashSet<string> Names { get; } = [];

    public TemplateToken Current => tokens[_at];

    public TemplateToken Next => tokens[Math.Min(_at + 1, tokens.Count - 1)];

    public int Line => Current.Line;

    public TemplateToken Take() => tokens[_at < tokens.Count - 1 ? _at++ : _at];

    public bool At(TokenKind kind, string value) => Current.Kind == kind && Current.Value == value;

    public bool AtSymbol(string symbol) => At(TokenKind.Symbol, symbol);

    public bool AtName(string name) => At(TokenKind.Name, name);

    public bool TakeSymbol(string symbol) => TakeIf(AtSymbol(symbol));

    public bool TakeName(string name) => TakeIf(AtName(name));

    public string Name() => Current.Kind == TokenKind.Name ? Take().Value : throw Unexpected("a name");

    public void Symbol(string symbol)
    {
        if (!TakeSymbol(symbol)) throw Unexpected($"'{symbol}'");
    }

    public void Keyword(string keyword)
    {
        if (!TakeName(keyword)) throw Unexpected($"'{keyword}'");
    }

    public void End(TokenKind kind)
    {
        if (!TakeIf(Current.Kind == kind)) throw Unexpected(kind == TokenKind.OutputEnd ? "'}}'" : "'%}'");
    }

    /// <summary>Reads a part that may hold itself, unless it does so too often.</summary>
    public T Nested<T>(Func<T> read)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        if (_depth == DeepestNesting) throw Fail($"it is nested over {DeepestNesting} deep");
        _depth++;
        T part = read();
        _depth--;
        return part;
    }

    /// <summary>Whether what is read now is perhaps never run.</summary>
    public bool InBranch { get; private set; }

    /// <summary>Reads what is perhaps never run.</summary>
    public T Branch<T>(Func<T> read)
    {
        bool before = InBranch;
        InBranch = true;
        T part = read();
        InBranch = before;
        return part;
    }

    public TemplateException Unexpected(string expected) => Fail($"{Current} where {expected} is expected");

    public TemplateException Fail(string message) => new(message) { Line = Line };

    private bool TakeIf(bool there)
    {
        if (there) Take();
        return there;
    }
}
