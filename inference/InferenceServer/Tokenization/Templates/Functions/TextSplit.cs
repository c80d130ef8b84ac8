using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Cuts texts as Python's <c>split</c> and its kin.</summary>
internal static class TextSplit
{
    public static Sequence Split(string text, Arguments arguments)
    {
        Bound given = arguments.Bind("sep", "maxsplit");
        long most = given.Whole(1, -1);
        if (given.TextOrNone(0) is not { } separator) return Made(Words(text, most), arguments);
        Refuse(separator);
        return Made(text.Split(separator, most < 0 ? int.MaxValue : (int)Math.Min(most + 1, int.MaxValue)), arguments);
    }

    public static Sequence SplitFromEnd(string text, Arguments arguments)
    {
        Bound given = arguments.Bind("sep", "maxsplit");
        long most = given.Whole(1, -1);
        if (given.TextOrNone(0) is not { } separator)
        {
            // Words from the end are the words of the mirrored text.
            return Made([.. Words(Mirrored(text), most).Select(Mirrored).Reverse()], arguments);
        }
        Refuse(separator);
        string[] parts = text.Split(separator);
        if (most < 0 || parts.Length <= most + 1) return Made(parts, arguments);
        int joined = parts.Length - (int)most;
        return Made([string.Join(separator, parts.Take(joined)), .. parts.Skip(joined)], arguments);
    }

    public static Sequence Partition(string text, Arguments arguments, bool fromEnd)
    {
        string separator = arguments.Bind("sep").Text(0);
        Refuse(separator);
        arguments.Rendering.Allocate(text.Length);
        int at = fromEnd ? text.LastIndexOf(separator, StringComparison.Ordinal) : text.IndexOf(separator, StringComparison.Ordinal);
        if (at >= 0) return Sequence.Tuple(text[..at], separator, text[(at + separator.Length)..]);
        return fromEnd ? Sequence.Tuple("", "", text) : Sequence.Tuple(text, "", "");
    }

    public static Sequence Made(IReadOnlyList<string> parts, Arguments arguments)
    {
        arguments.Rendering.Allocate(parts.Sum(part => part.Length + 1.0));
        return new Sequence([.. parts]);
    }

    private static List<string> Words(string text, long most)
    {
        List<string> words = [];
        int at = 0;
        while (true)
        {
            while (at < text.Length && PythonText.IsSpace(text[at])) at++;
            if (at == text.Length) return words;
            if (words.Count == most)
            {
                words.Add(text[at..]);
                return words;
            }
            int start = at;
            while (at < text.Length && !PythonText.IsSpace(text[at])) at++;
            words.Add(text[start..at]);
        }
    }

    private static string Mirrored(string text)
    {
        char[] characters = text.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    private static void Refuse(string separator)
    {
        if (separator.Length == 0) throw new TemplateException("a split needs a separator that is not empty");
    }
}
