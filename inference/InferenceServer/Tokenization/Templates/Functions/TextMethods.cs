using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>The methods of texts.</summary>
internal static class TextMethods
{
    private static readonly Dictionary<string, Func<string, Arguments, object?>> All = new()
    {
        ["strip"] = (text, arguments) => Strip(text, arguments, fromStart: true, fromEnd: true),
        ["lstrip"] = (text, arguments) => Strip(text, arguments, fromStart: true, fromEnd: false),
        ["rstrip"] = (text, arguments) => Strip(text, arguments, fromStart: false, fromEnd: true),
        ["upper"] = (text, arguments) => arguments.Rendering.Made(PythonText.Upper(text)),
        ["lower"] = (text, arguments) => arguments.Rendering.Made(PythonText.Lower(text)),
        ["casefold"] = (text, arguments) => arguments.Rendering.Made(PythonText.Lower(text)),
        ["title"] = (text, arguments) => arguments.Rendering.Made(PythonText.Title(text)),
        ["capitalize"] = (text, arguments) => arguments.Rendering.Made(PythonText.Capitalize(text)),
        ["startswith"] = (text, arguments) => AnyOf(arguments, part => text.StartsWith(part, StringComparison.Ordinal)),
        ["endswith"] = (text, arguments) => AnyOf(arguments, part => text.EndsWith(part, StringComparison.Ordinal)),
        ["removeprefix"] = (text, arguments) => arguments.Bind("prefix").Text(0) is var part && text.StartsWith(part, StringComparison.Ordinal) ? text[part.Length..] : text,
        ["removesuffix"] = (text, arguments) => arguments.Bind("suffix").Text(0) is var part && text.EndsWith(part, StringComparison.Ordinal) ? text[..^part.Length] : text,
        ["replace"] = (text, arguments) => arguments.Bind("old", "new", "count") is var given
            ? Replace(text, given.Text(0), given.Text(1), given.Whole(2, -1), arguments.Rendering) : null,
        ["join"] = (text, arguments) => Join(text, arguments),
        ["find"] = (text, arguments) => Place(text, text.IndexOf(arguments.Bind("sub").Text(0), StringComparison.Ordinal)),
        ["rfind"] = (text, arguments) => Place(text, text.LastIndexOf(arguments.Bind("sub").Text(0), StringComparison.Ordinal)),
        ["index"] = (text, arguments) => Place(text, text.IndexOf(arguments.Bind("sub").Text(0), StringComparison.Ordinal)) is var at and >= 0
            ? at : throw new TemplateException("index() finds nothing"),
        ["count"] = (text, arguments) => arguments.Bind("sub").Text(0) is { Length: > 0 } part ? (long)text.AsSpan().Count(part) : PythonText.Length(text) + 1,
        ["isdigit"] = (text, _) => text.Length > 0 && text.All(char.IsDigit),
        ["isnumeric"] = (text, _) => text.Length > 0 && text.All(char.IsNumber),
        ["isdecimal"] = (text, _) => text.Length > 0 && text.All(char.IsDigit),
        ["isalpha"] = (text, _) => text.Length > 0 && text.All(char.IsLetter),
        ["isalnum"] = (text, _) => text.Length > 0 && text.All(char.IsLetterOrDigit),
        ["isspace"] = (text, _) => text.Length > 0 && text.All(PythonText.IsSpace),
        ["islower"] = (text, _) => PythonText.IsLower(text),
        ["isupper"] = (text, _) => PythonText.IsUpper(text),
        ["split"] = (text, arguments) => TextSplit.Split(text, arguments),
        ["rsplit"] = (text, arguments) => TextSplit.SplitFromEnd(text, arguments),
        ["splitlines"] = (text, arguments) => TextSplit.Made(PythonText.Lines(text, arguments.Bind("keepends").Flag(0)), arguments),
        ["partition"] = (text, arguments) => TextSplit.Partition(text, arguments, fromEnd: false),
        ["rpartition"] = (text, arguments) => TextSplit.Partition(text, arguments, fromEnd: true),
        ["ljust"] = (text, arguments) => arguments.Bind("width") is var given ? Pad(text, 0, given.Whole(0, 0) - PythonText.Length(text), arguments.Rendering) : null,
        ["rjust"] = (text, arguments) => arguments.Bind("width") is var given ? Pad(text, given.Whole(0, 0) - PythonText.Length(text), 0, arguments.Rendering) : null,
        ["center"] = (text, arguments) => Center(text, arguments.Bind("width").Whole(0, 0), arguments.Rendering),
        ["format"] = Formatting.Braces,
    };

    public static Callable? Find(string text, string name) =>
        All.TryGetValue(name, out Func<string, Arguments, object?>? method) ? new Callable(name, arguments =>
        {
            arguments.Rendering.Walk(text);
            return method(text, arguments);
        }) : null;

    public static string Strip(string text, Arguments arguments, bool fromStart, bool fromEnd)
    {
        arguments.Rendering.Allocate(text.Length);
        if (arguments.Bind("chars").TextOrNone(0) is not { } chars)
        {
            string start = fromStart ? PythonText.TrimStart(text) : text;
            return fromEnd ? PythonText.TrimEnd(start) : start;
        }
        HashSet<object?> set = [.. PythonText.Characters(chars)];
        List<object?> characters = [.. PythonText.Characters(text)];
        int from = fromStart ? characters.TakeWhile(set.Contains).Count() : 0;
        int to = characters.Count;
        while (fromEnd && to > from && set.Contains(characters[to - 1])) to--;
        return string.Concat(characters[from..to]);
    }

    public static string Replace(string text, string old, string with, long count, Rendering rendering)
    {
        if (count == 0) return text;
        if (count < 0 && old.Length > 0)
        {
            rendering.Allocate(text.Length + (text.AsSpan().Count(old) * (double)with.Length));
            return text.Replace(old, with, StringComparison.Ordinal);
        }
        string[] parts = old.Length == 0 ? ["", .. PythonText.Characters(text).Cast<string>(), ""] : text.Split(old);
        if (count > 0 && parts.Length > count + 1)
        {
            string rest = string.Join(old, parts.Skip((int)count));
            parts = [.. parts.Take((int)count), rest];
        }
        rendering.Allocate(text.Length + (parts.Length * (double)with.Length));
        return string.Join(with, parts);
    }

    public static string Center(string text, long width, Rendering rendering)
    {
        long room = Math.Max(0, width - PythonText.Length(text));
        long left = (room / 2) + (room & width & 1);
        return Pad(text, left, room - left, rendering);
    }

    private static string Pad(string text, long left, long right, Rendering rendering)
    {
        rendering.Allocate((double)text.Length + Math.Max(0, left) + Math.Max(0, right));
        return new string(' ', (int)Math.Max(0, left)) + text + new string(' ', (int)Math.Max(0, right));
    }

    private static bool AnyOf(Arguments arguments, Func<string, bool> holds) => arguments.First() switch
    {
        string part => holds(part),
        Sequence { Kind: SequenceKind.Tuple } parts => parts.Items.Any(part => holds(part as string ?? throw new TemplateException($"{arguments.Callee}() takes strings"))),
        var other => throw new TemplateException($"{arguments.Callee}() of {Describe.Kind(other)}"),
    };

    private static string Join(string separator, Arguments arguments)
    {
        List<string> parts = [.. ListFilters.Walk(arguments.First(), arguments).Select(part => part as string ?? throw new TemplateException($"join() of {Describe.Kind(part)}"))];
        arguments.Rendering.Allocate(parts.Sum(part => (double)part.Length + separator.Length));
        return string.Join(separator, parts);
    }

    private static long Place(string text, int at) => at < 0 ? -1 : PythonText.Length(text[..at]);
}
