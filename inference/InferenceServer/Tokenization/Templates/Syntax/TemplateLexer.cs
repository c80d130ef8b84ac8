using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Syntax;

/// <summary>
/// Cuts a template into words. White space goes as Hugging Face renders chat templates: <c>trim_blocks</c> and
/// <c>lstrip_blocks</c> are on; a minus in a tag trims all white space on its side, a plus keeps it.
/// </summary>
internal sealed class TemplateLexer
{
    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private readonly WordReader _words;
    private int _at;
    private bool _lineStarts = true;

    private TemplateLexer(string source)
    {
        string lines = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        _source = lines.EndsWith('\n') ? lines[..^1] : lines;
        _words = new WordReader(_source);
    }

    public static IReadOnlyList<TemplateToken> Read(string source)
    {
        TemplateLexer lexer = new(source);
        lexer.ReadAll();
        return lexer._tokens;
    }

    private void ReadAll()
    {
        while (_at < _source.Length)
        {
            int open = NextTag(_at);
            if (open < 0)
            {
                AddText(_source[_at..], _at);
                break;
            }
            AddText(BeforeTag(_source[_at..open], open), _at);
            _at = open;
            switch (_source[open + 1])
            {
                case '#': SkipComment(); break;
                case '{': ReadTag(TokenKind.OutputBegin, TokenKind.OutputEnd, '}'); break;
                default:
                    if (RawTag.Opens(_source, open, out int afterOpening)) ReadRaw(afterOpening);
                    else ReadTag(TokenKind.StatementBegin, TokenKind.StatementEnd, '%');
                    break;
            }
            _lineStarts = _source[_at - 1] == '\n';
        }
        _tokens.Add(new(TokenKind.End, "", LineOf(_source.Length)));
    }

    private int NextTag(int from)
    {
        for (int i = from; i + 1 < _source.Length; i++)
        {
            if (_source[i] == '{' && _source[i + 1] is '{' or '%' or '#') return i;
        }
        return -1;
    }

    /// <summary>The text before a tag as the tag leaves it.</summary>
    private string BeforeTag(string text, int open)
    {
        char sign = open + 2 < _source.Length ? _source[open + 2] : '\0';
        if (sign == '-') return PythonText.TrimEnd(text);
        if (sign == '+' || _source[open + 1] == '{') return text;
        int line = text.LastIndexOf('\n') + 1;
        bool indents = (line > 0 || _lineStarts) && line < text.Length && text.AsSpan(line).ContainsAnyExcept(" \t\f\v") == false;
        return indents ? text[..line] : text;
    }

    private void SkipComment()
    {
        int close = _source.IndexOf("#}", _at + 2, StringComparison.Ordinal);
        if (close < 0) throw Fail("a comment is not closed", _at);
        _at = AfterTag(close, strips: _source[close - 1] == '-', keeps: _source[close - 1] == '+', isOutput: false);
    }

    private void ReadRaw(int afterOpening)
    {
        if (!RawTag.Closes(_source, afterOpening, out int text, out int after)) throw Fail("a raw block is not closed", _at);
        _lineStarts = _source[afterOpening - 1] == '\n';
        AddText(BeforeTag(_source[afterOpening..text], text), afterOpening);
        _at = after;
    }

    private void ReadTag(TokenKind begin, TokenKind end, char closing)
    {
        int open = _at;
        _tokens.Add(new(begin, _source.Substring(open, 2), LineOf(open)));
        _at += 2;
        if (_at < _source.Length && _source[_at] is '-' or '+') _at++;
        int depth = 0;
        while (true)
        {
            while (_at < _source.Length && PythonText.IsSpace(_source[_at])) _at++;
            if (_at >= _source.Length) throw Fail("a tag is not closed", open);
            if (depth == 0 && ClosesHere(closing, out int signs))
            {
                _tokens.Add(new(end, $"{closing}}}", LineOf(_at)));
                _at = AfterTag(_at + signs, _source[_at] == '-', _source[_at] == '+', isOutput: closing == '}');
                return;
            }
            TemplateToken word = _words.Read(ref _at, LineOf(_at));
            if (word.Kind == TokenKind.Symbol) depth = Math.Max(0, depth + (word.Value is "(" or "[" or "{" ? 1 : word.Value is ")" or "]" or "}" ? -1 : 0));
            _tokens.Add(word);
        }
    }

    private bool ClosesHere(char closing, out int signs)
    {
        signs = _source[_at] == '-' || (_source[_at] == '+' && closing == '%') ? 1 : 0;
        return _at + signs + 1 < _source.Length && _source[_at + signs] == closing && _source[_at + signs + 1] == '}';
    }

    private int AfterTag(int close, bool strips, bool keeps, bool isOutput)
    {
        int after = close + 2;
        if (strips) return RawTag.SkipSpace(_source, after);
        return !isOutput && !keeps && after < _source.Length && _source[after] == '\n' ? after + 1 : after;
    }

    private void AddText(string text, int at)
    {
        if (text.Length > 0) _tokens.Add(new(TokenKind.Text, text, LineOf(at)));
    }

    private int _counted;
    private int _line = 1;

    // Asked in rising order, but for errors.
    private int LineOf(int at)
    {
        if (at < _counted) return _source.AsSpan(0, at).Count('\n') + 1;
        _line += _source.AsSpan(_counted, at - _counted).Count('\n');
        _counted = at;
        return _line;
    }

    private TemplateException Fail(string message, int at) => new(message) { Line = LineOf(at) };
}
