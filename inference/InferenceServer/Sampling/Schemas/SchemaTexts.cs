using System.Globalization;
using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;
using LlmOps.Inference.Sampling.Schemas.Patterns;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Strings under a schema: their length, a pattern, or the formats of RFC 3339 and RFC 9562.</summary>
internal sealed class SchemaTexts(Grammar grammar, JsonRules json)
{
    public Symbol Read(JsonElement schema, string at)
    {
        Keywords.Require(schema, at, "minLength", "maxLength", "pattern", "format");
        (int least, int? most) = Keywords.Bounds(schema, "minLength", "maxLength", at);
        bool bounded = least > 0 || most is not null;
        if (schema.TryGetProperty("format", out JsonElement format))
        {
            // What a format's texts are long is known, but not kept to here.
            if (bounded || schema.TryGetProperty("pattern", out _)) throw new SchemaException($"{at}/format is not supported beside pattern, minLength or maxLength");
            return OfFormat(format.ValueKind == JsonValueKind.String ? format.GetString()! : "", at);
        }
        if (schema.TryGetProperty("pattern", out JsonElement pattern))
        {
            if (bounded) throw new SchemaException($"{at}/pattern is not supported beside minLength or maxLength; it can say them");
            if (pattern.ValueKind != JsonValueKind.String) throw new SchemaException($"{at}/pattern is no text");
            return grammar.Add([JsonRules.Quote, PatternGrammar.Of(grammar, pattern.GetString()!, $"{at}/pattern"), JsonRules.Quote]);
        }
        return bounded ? grammar.Add([JsonRules.Quote, grammar.Repeat([json.Character], least, most), JsonRules.Quote]) : json.Text;
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
