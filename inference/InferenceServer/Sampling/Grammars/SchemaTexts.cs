using System.Globalization;
using System.Text.Json;

namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>Strings under a schema: their length, and the formats of RFC 3339 and RFC 9562.</summary>
internal sealed class SchemaTexts(Grammar grammar, JsonRules json)
{
    public Symbol Read(JsonElement schema, int least, int? most, string at)
    {
        if (schema.TryGetProperty("format", out JsonElement format)) return OfFormat(format.ValueKind == JsonValueKind.String ? format.GetString()! : "", at);
        if (most < least) throw new SchemaException($"{at}/maxLength is less than minLength");
        return least == 0 && most is null ? json.Text : grammar.Add([JsonRules.Quote, grammar.Repeat([json.Character], least, most), JsonRules.Quote]);
    }

    private Symbol OfFormat(string format, string at)
    {
        Symbol[] content = format switch
        {
            "date" => Date(),
            "time" => Time(),
            "date-time" => [.. Date(), .. Grammar.Text("T"), .. Time()],
            "uuid" => [.. json.Hex(8), .. Grammar.Text("-"), .. json.Hex(4), .. Grammar.Text("-"), .. json.Hex(4), .. Grammar.Text("-"), .. json.Hex(4), .. Grammar.Text("-"), .. json.Hex(12)],
            _ => throw new SchemaException($"{at}/format: '{format}' is not supported; date, time, date-time and uuid are"),
        };
        return grammar.Add([JsonRules.Quote, .. content, JsonRules.Quote]);
    }

    // Days up to 28: whether there is a later one depends on the month.
    private Symbol[] Date() => [.. json.Digits(4), .. Grammar.Text("-"), UpTo(1, 12), .. Grammar.Text("-"), UpTo(1, 28)];

    private Symbol[] Time() =>
        [UpTo(0, 23), .. Grammar.Text(":"), UpTo(0, 59), .. Grammar.Text(":"), UpTo(0, 59), grammar.Add(Grammar.Nothing, [.. Grammar.Text("."), grammar.Repeat(json.Digits(1), 1, 6)]), .. Grammar.Text("Z")];

    private Symbol UpTo(int first, int last) =>
        grammar.Add([.. Enumerable.Range(first, last + 1 - first).Select(number => Grammar.Text(number.ToString("00", CultureInfo.InvariantCulture)))]);
}
