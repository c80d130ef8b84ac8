namespace LlmOps.Ports;

/// <summary>Texts from elsewhere, made fit for Markdown that GitHub shows.</summary>
public static class MarkdownText
{
    private const string Markup = "\\|`*_~<>[]#@&$!";

    // GitHub finds mentions and references after Markdown, so an escape does not stop it; a zero-width space does.
    private const char NoMention = '\u200b';

    private const string Fence = "```";

    /// <summary>The text on one line of at most <paramref name="most"/> characters before escaping, without any markup, link or mention.</summary>
    public static string Inline(string text, int most = 120)
    {
        string escaped = string.Concat(PlainText.OneLine(text, most).Select(c => Markup.Contains(c) ? $"\\{c}" : c.ToString()));
        return escaped
            .Replace("\\@", $"\\@{NoMention}", StringComparison.Ordinal).Replace("\\#", $"\\#{NoMention}", StringComparison.Ordinal)
            .Replace("://", "\\://", StringComparison.Ordinal).Replace("www.", "www\\.", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The Markdown in at most <paramref name="most"/> characters: cut after a whole line where there is one, a code fence left
    /// open by the cut is closed, and <paramref name="note"/> stands at the end.
    /// </summary>
    public static string Cut(string markdown, int most, string note)
    {
        if (markdown.Length <= most)
        {
            return markdown;
        }
        string ending = $"\n{Fence}\n\n{note}\n";
        int room = Math.Max(0, most - ending.Length);
        int line = room == 0 ? -1 : markdown.LastIndexOf('\n', room - 1);
        int end = line > 0 ? line : room > 0 && char.IsHighSurrogate(markdown[room - 1]) ? room - 1 : room;
        string kept = markdown[..end];
        bool open = kept.Split('\n').Count(text => text.StartsWith(Fence, StringComparison.Ordinal)) % 2 == 1;
        string cut = kept + (open ? ending : $"\n\n{note}\n");
        return cut.Length <= most ? cut : cut[..most];
    }
}
