namespace LlmOps.Inference.Tokenization.Templates;

/// <summary>
/// Cuts a template at its tags. White space goes as Hugging Face renders chat templates: <c>trim_blocks</c> and
/// <c>lstrip_blocks</c> are on, and a minus in a tag trims all white space on its side.
/// </summary>
internal static class ChunkReader
{
    public static List<Chunk> Read(string source)
    {
        List<Chunk> chunks = [];
        int at = 0;
        while (at < source.Length)
        {
            int open = NextTag(source, at);
            string text = source[at..open];
            if (open == source.Length)
            {
                AddText(chunks, text);
                break;
            }
            char kind = source[open + 1];
            string ending = kind switch { '{' => "}}", '%' => "%}", _ => "#}" };
            int close = source.IndexOf(ending, open + 2, StringComparison.Ordinal);
            if (close < 0) throw new TemplateException($"chat template: no {ending} after '{source[open..Math.Min(open + 20, source.Length)]}'");

            bool trimsLeft = source[open + 2] == '-';
            bool trimsRight = close > open + 2 && source[close - 1] == '-';
            AddText(chunks, trimsLeft ? text.TrimEnd() : kind == '{' ? text : TrimIndent(text, atLineStart: open == text.Length));
            string inside = source[(open + 2)..close].Trim('-').Trim();
            if (kind != '#') chunks.Add(new(kind == '{' ? ChunkKind.Output : ChunkKind.Statement, inside));

            at = close + 2;
            if (trimsRight) at = SkipWhiteSpace(source, at);
            else if (kind != '{') at = SkipLineEnd(source, at);
        }
        return chunks;
    }

    private static void AddText(List<Chunk> chunks, string text)
    {
        if (text.Length > 0) chunks.Add(new(ChunkKind.Text, text));
    }

    private static int NextTag(string source, int from)
    {
        for (int i = from; i + 2 < source.Length; i++)
        {
            if (source[i] == '{' && source[i + 1] is '{' or '%' or '#') return i;
        }
        return source.Length;
    }

    private static string TrimIndent(string text, bool atLineStart)
    {
        string trimmed = text.TrimEnd(' ', '\t');
        return trimmed.EndsWith('\n') || (trimmed.Length == 0 && atLineStart) ? trimmed : text;
    }

    private static int SkipWhiteSpace(string source, int at)
    {
        while (at < source.Length && char.IsWhiteSpace(source[at])) at++;
        return at;
    }

    private static int SkipLineEnd(string source, int at) => at < source.Length && source[at] == '\n' ? at + 1 : at;
}
