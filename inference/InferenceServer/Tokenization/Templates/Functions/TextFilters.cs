using System.Text.RegularExpressions;
using LlmOps.Inference.Tokenization.Templates.Values;

namespace LlmOps.Inference.Tokenization.Templates.Functions;

/// <summary>Filters upon texts; what is none is printed first.</summary>
internal static partial class TextFilters
{
    public static IReadOnlyDictionary<string, Filter> All { get; } = new Dictionary<string, Filter>
    {
        ["upper"] = (value, arguments) => arguments.Rendering.Made(PythonText.Upper(Print.Text(value))),
        ["lower"] = (value, arguments) => arguments.Rendering.Made(PythonText.Lower(Print.Text(value))),
        ["capitalize"] = (value, arguments) => arguments.Rendering.Made(PythonText.Capitalize(Print.Text(value))),
        ["title"] = (value, arguments) => arguments.Rendering.Made(Title(Print.Text(value))),
        ["trim"] = (value, arguments) => TextMethods.Strip(Print.Text(value), arguments, fromStart: true, fromEnd: true),
        ["replace"] = Replace,
        ["indent"] = Indent,
        ["center"] = (value, arguments) => TextMethods.Center(Print.Text(value), arguments.Bind("width").Whole(0, 80), arguments.Rendering),
        ["format"] = (value, arguments) => Formatting.Printf(Print.Text(value), arguments.Given, arguments.Rendering),
        ["wordcount"] = (value, _) => (long)Word.Count(Print.Text(value)),
    };

    // Unlike Python's method: only what follows these signs begins a word.
    private static string Title(string text) => WordStart.Replace(text, match => PythonText.Capitalize(match.Value));

    private static string Replace(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("old", "new", "count");
        long count = given.Value(2) is null ? -1 : given.Whole(2, -1);
        return TextMethods.Replace(Print.Text(value), Print.Text(given.Needed(0)), Print.Text(given.Needed(1)), count, arguments.Rendering);
    }

    private static object? Indent(object? value, Arguments arguments)
    {
        Bound given = arguments.Bind("width", "first", "blank");
        string indent = given.Value(0) as string ?? new string(' ', (int)Math.Clamp(given.Whole(0, 4), 0, 1000));
        string text = value as string ?? throw new TemplateException($"indent of {Describe.Kind(value)}");
        IReadOnlyList<string> lines = PythonText.Lines(text + "\n");
        arguments.Rendering.Allocate(text.Length + (lines.Count * (double)indent.Length));
        IEnumerable<string> indented = lines.Select((line, i) => i == 0 || (line.Length == 0 && !given.Flag(2)) ? line : indent + line);
        return (given.Flag(1) ? indent : "") + string.Join('\n', indented);
    }

    [GeneratedRegex(@"[^\-\s({\[<]+")]
    private static partial Regex WordStart { get; }

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word { get; }
}
