using System.Text.Json;

namespace LlmOps.Inference.Sampling.Grammars;

/// <summary>
/// Makes a grammar of a JSON Schema (2020-12): every text of the grammar is valid under the schema. Properties come in the schema's
/// order, undeclared ones not at all where some are declared. What it cannot promise is refused by its keyword.
/// </summary>
internal sealed class SchemaGrammar
{
    private const int MostRepeats = 2000;
    private const int MostValues = 1000;
    private const int Deepest = 100;

    private static readonly HashSet<string> Annotations =
        ["title", "description", "default", "examples", "$schema", "$id", "$comment", "$defs", "definitions", "deprecated", "readOnly", "writeOnly", "additionalProperties", "required"];

    private static readonly string[] Whole = ["$ref", "enum", "const", "anyOf", "oneOf", "allOf"];

    private readonly JsonElement _root;
    private readonly Grammar _grammar;
    private readonly Dictionary<string, Symbol> _references = [];
    private readonly JsonRules _json;
    private readonly SchemaTexts _texts;
    private int _depth;

    private SchemaGrammar(JsonElement root, Grammar grammar, JsonRules json)
    {
        (_root, _grammar, _json) = (root, grammar, json);
        _texts = new SchemaTexts(grammar, json);
    }

    /// <summary>The grammar of a schema.</summary>
    /// <exception cref="SchemaException">Answers cannot be held to it.</exception>
    public static Grammar Of(JsonElement schema) => OfChoices([new FramedSchema("", schema, "")]);

    /// <summary>The grammar of a choice of schemas, each between texts of its own.</summary>
    /// <exception cref="SchemaException">Answers cannot be held to one of them.</exception>
    public static Grammar OfChoices(IReadOnlyList<FramedSchema> choices)
    {
        Grammar grammar = new();
        Symbol start = grammar.Declare();
        JsonRules json = new(grammar);
        try
        {
            grammar.Define(start, [.. choices.Select(choice =>
                (Symbol[])[.. Grammar.Text(choice.Before), new SchemaGrammar(choice.Schema, grammar, json).Read(choice.Schema, "#"), .. Grammar.Text(choice.After)])]);
            if (EndlessRules.Any(grammar)) throw new SchemaException("a part of it has to contain itself or allows nothing");
            _ = GrammarState.Begin(grammar);
        }
        catch (InvalidOperationException e)
        {
            // A JSON value of another kind than its keyword wants, text that is not valid Unicode, or too many ways to begin.
            throw new SchemaException(e.Message);
        }
        return grammar;
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
        RequireAlone(schema, at);
        if (schema.TryGetProperty("$ref", out JsonElement reference)) return Follow(reference, at);
        if (schema.TryGetProperty("enum", out JsonElement values)) return Literals(values, $"{at}/enum");
        if (schema.TryGetProperty("const", out JsonElement value)) return _grammar.Add(Literal(value));
        foreach (string keyword in new[] { "anyOf", "oneOf" })
        {
            if (schema.TryGetProperty(keyword, out JsonElement choices)) return Choice(Items(choices, $"{at}/{keyword}"), $"{at}/{keyword}");
        }
        if (schema.TryGetProperty("allOf", out JsonElement all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == 1)
        {
            return Read(all[0], $"{at}/allOf/0");
        }
        return schema.TryGetProperty("type", out JsonElement types) && types.ValueKind == JsonValueKind.Array
            ? _grammar.Add([.. types.EnumerateArray().Select(type => new[] { OfType(schema, type.GetString(), at) })])
            : OfType(schema, types.ValueKind == JsonValueKind.String ? types.GetString() : Guess(schema), at);
    }

    private static string? Guess(JsonElement schema) =>
        schema.TryGetProperty("properties", out _) ? "object" : schema.TryGetProperty("items", out _) ? "array" : null;

    private Symbol OfType(JsonElement schema, string? type, string at)
    {
        switch (type)
        {
            case "object":
                Require(schema, at, "properties");
                return Object(schema, at);
            case "array":
                Require(schema, at, "items", "minItems", "maxItems");
                Symbol item = schema.TryGetProperty("items", out JsonElement items) ? Read(items, $"{at}/items") : _json.Value;
                (int least, int? most) = (Bound(schema, "minItems", at) ?? 0, Bound(schema, "maxItems", at));
                if (most < least) throw new SchemaException($"{at}/maxItems is less than minItems");
                return _json.List(item, least, most);
            case "string":
                Require(schema, at, "minLength", "maxLength", "format");
                return _texts.Read(schema, Bound(schema, "minLength", at) ?? 0, Bound(schema, "maxLength", at), at);
            case "integer":
                Require(schema, at, "minimum");
                return FromZero(schema, at) ? _json.Natural : _json.Integer;
            case "number":
                Require(schema, at, "minimum");
                return FromZero(schema, at) ? _json.PositiveNumber : _json.Number;
            case "boolean":
                return _json.Boolean;
            case "null":
                return _json.Null;
            case null:
                Require(schema, at);
                if (schema.TryGetProperty("required", out _)) throw new SchemaException($"{at}/required needs properties");
                return _json.Value;
            default:
                throw new SchemaException($"{at}/type: '{type}' is no type of JSON Schema");
        }
    }

    private Symbol Object(JsonElement schema, string at)
    {
        schema.TryGetProperty("additionalProperties", out JsonElement others);
        if (!schema.TryGetProperty("properties", out JsonElement declared) || declared.ValueKind != JsonValueKind.Object || !declared.EnumerateObject().Any())
        {
            if (schema.TryGetProperty("required", out JsonElement needed) && needed.ValueKind == JsonValueKind.Array && needed.GetArrayLength() > 0)
            {
                throw new SchemaException($"{at}/required needs properties");
            }
            return others.ValueKind switch
            {
                JsonValueKind.False => _grammar.Add([.. Grammar.Text("{"), _json.Space, .. Grammar.Text("}")]),
                JsonValueKind.Object => _json.Map(Read(others, $"{at}/additionalProperties")),
                _ => _json.Object,
            };
        }
        HashSet<string> required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        (Symbol[] Text, bool Required)[] members =
        [
            .. declared.EnumerateObject().Select(one => ((Symbol[])[.. Literal(one.Name), _json.Space, .. Grammar.Text(":"), _json.Space, Read(one.Value, $"{at}/properties/{one.Name}")],
                required.Remove(one.Name))),
        ];
        if (required.Count > 0) throw new SchemaException($"{at}/required: {required.First()} is not among the properties");
        return _grammar.Add([.. Grammar.Text("{"), _json.Space, Members(members), _json.Space, .. Grammar.Text("}")]);
    }

    /// <summary>The members from the first on; before the second that is there comes a comma.</summary>
    private Symbol Members((Symbol[] Text, bool Required)[] members)
    {
        Symbol first = _grammar.Add(Grammar.Nothing);
        Symbol later = first;
        for (int i = members.Length - 1; i >= 0; i--)
        {
            (Symbol[] text, bool required) = members[i];
            Symbol[] alone = [.. text, later];
            Symbol[] behind = [_json.Space, .. Grammar.Text(","), _json.Space, .. text, later];
            (first, later) = required ? (_grammar.Add(alone), _grammar.Add(behind)) : (_grammar.Add(alone, [first]), _grammar.Add(behind, [later]));
        }
        return first;
    }

    private Symbol Follow(JsonElement reference, string at)
    {
        string pointer = reference.ValueKind == JsonValueKind.String ? reference.GetString()! : "";
        if (_references.TryGetValue(pointer, out Symbol known)) return known;
        if (!pointer.StartsWith('#')) throw new SchemaException($"{at}/$ref: '{pointer}' leads out of the schema");
        JsonElement target = _root;
        foreach (string step in pointer[1..].Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Unescape))
        {
            if (target.ValueKind != JsonValueKind.Object || !target.TryGetProperty(step, out target)) throw new SchemaException($"{at}/$ref: '{pointer}' is not there");
        }
        Symbol rule = _references[pointer] = _grammar.Declare();
        return _grammar.Define(rule, [Read(target, pointer)]);
    }

    private static string Unescape(string step) =>
        Uri.UnescapeDataString(step).Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);

    private Symbol Choice(JsonElement[] schemas, string at) =>
        _grammar.Add([.. schemas.Select((schema, i) => new[] { Read(schema, $"{at}/{i}") })]);

    private Symbol Literals(JsonElement values, string at) => _grammar.Add([.. Items(values, at).Select(Literal)]);

    private static Symbol[] Literal(JsonElement value) => Grammar.Text(value.ValueKind == JsonValueKind.String ? JsonTexts.Quoted(value.GetString()!) : value.GetRawText());

    private static Symbol[] Literal(string name) => Grammar.Text(JsonTexts.Quoted(name));

    private static JsonElement[] Items(JsonElement list, string at) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= MostValues
            ? [.. list.EnumerateArray()]
            : throw new SchemaException($"{at} is not a list of 1 to {MostValues}");

    private static int? Bound(JsonElement schema, string keyword, string at)
    {
        if (!schema.TryGetProperty(keyword, out JsonElement bound)) return null;
        return bound.ValueKind == JsonValueKind.Number && bound.TryGetInt32(out int value) && value is >= 0 and <= MostRepeats
            ? value
            : throw new SchemaException($"{at}/{keyword} must be a whole number from 0 to {MostRepeats}");
    }

    private static bool FromZero(JsonElement schema, string at)
    {
        if (!schema.TryGetProperty("minimum", out JsonElement minimum)) return false;
        return minimum.ValueKind == JsonValueKind.Number && minimum.GetDouble() == 0 ? true : throw new SchemaException($"{at}/minimum: only 0 is supported");
    }

    private static void Require(JsonElement schema, string at, params string[] known)
    {
        foreach (JsonProperty keyword in schema.EnumerateObject())
        {
            if (keyword.Name != "type" && !Annotations.Contains(keyword.Name) && !known.Contains(keyword.Name) && !BelongsToOther(schema, keyword.Name))
            {
                throw new SchemaException($"{at}/{keyword.Name} is not supported");
            }
        }
    }

    // These say all of the values; what stands beside them would go unheard.
    private static void RequireAlone(JsonElement schema, string at)
    {
        string[] found = [.. Whole.Where(keyword => schema.TryGetProperty(keyword, out _))];
        if (found.Length == 0) return;
        string? beside = schema.EnumerateObject().Select(keyword => keyword.Name)
            .FirstOrDefault(name => name != found[0] && name != "type" && (!Annotations.Contains(name) || name is "required" or "additionalProperties"));
        if (beside is not null) throw new SchemaException($"{at}/{beside} is not supported beside {found[0]}");
    }

    // Under a list of types each type has its own keywords.
    private static bool BelongsToOther(JsonElement schema, string keyword) =>
        schema.TryGetProperty("type", out JsonElement type) && type.ValueKind == JsonValueKind.Array
        && keyword is "properties" or "items" or "minItems" or "maxItems" or "minLength" or "maxLength" or "format" or "minimum";
}

/// <summary>A JSON Schema, and the texts before and behind what is valid under it.</summary>
internal readonly record struct FramedSchema(string Before, JsonElement Schema, string After);
