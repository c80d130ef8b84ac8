using System.Runtime.InteropServices;
using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>
/// Makes a grammar of a JSON Schema (2020-12): every text of the grammar is valid under the schema. Properties come in the schema's
/// order, undeclared ones not at all where some are declared. What it cannot promise is refused by its keyword.
/// </summary>
internal sealed class SchemaGrammar
{
    private const int Deepest = 100;
    private const int MostCalls = 16;

    // Far more than schemas that people write. Names and references are looked for in lists, so that time grows with the square.
    private const int MostBytes = 256 * 1024;

    private static readonly string[] Composing = ["$ref", "anyOf", "oneOf", "allOf"];

    private readonly JsonElement _root;
    private readonly Grammar _grammar;
    private readonly Dictionary<string, Symbol> _references = [];
    private readonly Dictionary<string, JsonElement> _found = [];
    private readonly JsonRules _json;
    private readonly DisjointSchemas _disjoint;
    private readonly SchemaTypes _types;
    private int _depth;

    private SchemaGrammar(JsonElement root, Grammar grammar, JsonRules json)
    {
        (_root, _grammar, _json) = (root, grammar, json);
        (_disjoint, _types) = (new DisjointSchemas(Find), new SchemaTypes(Find));
    }

    /// <summary>The grammar of a schema.</summary>
    /// <exception cref="SchemaException">Answers cannot be held to it.</exception>
    public static Grammar Of(JsonElement schema) => Of([schema], grammar => [new SchemaGrammar(schema, grammar, new JsonRules(grammar)).Read(schema, "#")]);

    /// <summary>The grammar of texts that are each valid under one of several schemas, between texts of its own.</summary>
    /// <param name="choices">What each of the texts may be.</param>
    /// <param name="frame">What is around and between them.</param>
    /// <exception cref="SchemaException">Answers cannot be held to one of them.</exception>
    public static Grammar OfChoices(IReadOnlyList<FramedSchema> choices, ListFrame frame) => Of(choices.Select(choice => choice.Schema), grammar =>
    {
        JsonRules json = new(grammar);
        Symbol one = grammar.Add([.. choices.Select(choice =>
            (Symbol[])[.. Grammar.Text(choice.Before), new SchemaGrammar(choice.Schema, grammar, json).Read(choice.Schema, "#"), .. Grammar.Text(choice.After)])]);
        Symbol[] more = frame.Between is null ? [] : [grammar.Repeat([.. Grammar.Text(frame.Between), one], 0, MostCalls - 1)];
        return [.. Grammar.Text(frame.Before), one, .. more, .. Grammar.Text(frame.After)];
    });

    private static Grammar Of(IEnumerable<JsonElement> schemas, Func<Grammar, Symbol[]> read)
    {
        if (schemas.Sum(schema => (long)JsonMarshal.GetRawUtf8Value(schema).Length) > MostBytes) throw new SchemaException($"it is longer than {MostBytes / 1024} KiB");
        Grammar grammar = new();
        Symbol start = grammar.Declare();
        try
        {
            grammar.Define(start, read(grammar));
        }
        catch (InvalidOperationException e)
        {
            // A JSON value of another kind than its keyword wants, or text that is not valid Unicode.
            throw new SchemaException(e.Message);
        }
        if (EndlessRules.Any(grammar)) throw new SchemaException("a part of it has to contain itself or allows nothing");
        return GrammarState.Begin(grammar).IsDead ? throw new SchemaException("it may begin in too many ways") : grammar;
    }

    /// <summary>The grammar of any JSON object.</summary>
    public static Grammar AnyObject()
    {
        Grammar grammar = new();
        Symbol start = grammar.Declare();
        grammar.Define(start, [new JsonRules(grammar).Object]);
        return grammar;
    }

    // References may lead from one to the next for longer than the stack.
    private Symbol Read(JsonElement schema, string at)
    {
        if (++_depth > Deepest) throw new SchemaException($"{at} is nested too deeply");
        Symbol symbol = OfKeywords(schema, at);
        _depth--;
        return symbol;
    }

    private Symbol OfKeywords(JsonElement schema, string at)
    {
        if (schema.ValueKind == JsonValueKind.True) return _json.Value;
        if (schema.ValueKind != JsonValueKind.Object) throw new SchemaException($"{at} is not a schema");
        Keywords.RequireAlone(schema, at);
        if (schema.TryGetProperty("enum", out JsonElement values)) return Literals(schema, Keywords.Items(values, $"{at}/enum"), at);
        if (schema.TryGetProperty("const", out JsonElement value)) return Literals(schema, [value], at);
        foreach (string keyword in Composing.Where(name => schema.TryGetProperty(name, out _))) _types.RequireWithin(schema, keyword, at);
        if (schema.TryGetProperty("$ref", out JsonElement reference)) return Follow(reference, at);
        if (schema.TryGetProperty("anyOf", out JsonElement any)) return Choice(Keywords.Items(any, $"{at}/anyOf"), $"{at}/anyOf");
        if (schema.TryGetProperty("oneOf", out JsonElement one)) return Choice(Disjoint(Keywords.Items(one, $"{at}/oneOf"), $"{at}/oneOf"), $"{at}/oneOf");
        if (schema.TryGetProperty("allOf", out JsonElement all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == 1)
        {
            return Read(all[0], $"{at}/allOf/0");
        }
        return schema.TryGetProperty("type", out JsonElement types) && types.ValueKind == JsonValueKind.Array
            ? _grammar.Add([.. types.EnumerateArray().Select(type => new[] { OfType(schema, type.GetString(), at) })])
            : OfType(schema, types.ValueKind == JsonValueKind.String ? types.GetString() : SchemaTypes.Guess(schema), at);
    }

    private Symbol OfType(JsonElement schema, string? type, string at)
    {
        switch (type)
        {
            case "object":
                return new SchemaObjects(_grammar, _json, Read).Read(schema, at);
            case "array":
                return new SchemaLists(_grammar, _json, Read).Read(schema, at);
            case "string":
                return new SchemaTexts(_grammar, _json).Read(schema, at);
            case "integer":
                return new SchemaNumbers(_grammar, _json).Integer(schema, at);
            case "number":
                return new SchemaNumbers(_grammar, _json).Number(schema, at);
            case "boolean" or "null" or null:
                Keywords.Require(schema, at);
                return type is null ? _json.Value : type == "null" ? _json.Null : _json.Boolean;
            default:
                throw new SchemaException($"{at}/type: '{type}' is no type of JSON Schema");
        }
    }

    private Symbol Follow(JsonElement reference, string at)
    {
        string pointer = Pointer(reference);
        if (_references.TryGetValue(pointer, out Symbol known)) return known;
        JsonElement target = Find(reference, at);
        Symbol rule = _references[pointer] = _grammar.Declare();
        return _grammar.Define(rule, [Read(target, pointer)]);
    }

    private JsonElement Find(JsonElement reference, string at)
    {
        string pointer = Pointer(reference);
        if (_found.TryGetValue(pointer, out JsonElement found)) return found;
        if (!pointer.StartsWith('#')) throw new SchemaException($"{at}/$ref: '{pointer}' leads out of the schema");
        JsonElement target = _root;
        foreach (string step in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Unescape))
        {
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(step, out target)) throw new SchemaException($"{at}/$ref: '{pointer}' is not there");
        }
        return _found[pointer] = target;
    }

    private static string Pointer(JsonElement reference) => reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";

    private static string Unescape(string step) =>
        Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private Symbol Choice(JsonElement[] schemas, string at) =>
        _grammar.Add([.. schemas.Select((schema, i) => new[] { Read(schema, $"{at}/{i}") })]);

    // Where no value is valid under two of them, one of them is any of them.
    private JsonElement[] Disjoint(JsonElement[] schemas, string at)
    {
        for (int one = 0; one < schemas.Length; one++)
        {
            for (int other = one + 1; other < schemas.Length; other++)
            {
                if (_disjoint.AreDisjoint(schemas[one], schemas[other], at)) continue;
                throw new SchemaException($"{at}: a value may be valid under {one} and {other} both; anyOf takes it");
            }
        }
        return schemas;
    }

    private Symbol Literals(JsonElement schema, JsonElement[] values, string at)
    {
        JsonElement[] allowed = SchemaTypes.Named(schema) is { } types ? [.. values.Where(value => SchemaTypes.Allow(types, value))] : values;
        return allowed.Length > 0 ? _grammar.Add([.. allowed.Select(Literal)]) : throw new SchemaException($"{at} allows nothing: none of its values is of its type");
    }

    private static Symbol[] Literal(JsonElement value) => Grammar.Text(value.ValueKind == JsonValueKind.String ? JsonTexts.Quoted(value.GetString()!) : value.GetRawText());
}

/// <summary>A JSON Schema, and the texts before and behind what is valid under it.</summary>
internal readonly record struct FramedSchema(string Before, JsonElement Schema, string After);

/// <summary>Texts around a list and between its parts; where there is none between them, the list is of one.</summary>
internal readonly record struct ListFrame(string Before, string? Between, string After);
