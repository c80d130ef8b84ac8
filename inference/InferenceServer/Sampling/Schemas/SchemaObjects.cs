using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Objects under a schema: declared members in the schema's order, or where none are declared, any number of one kind.</summary>
/// <param name="read">Reads the schema of a member at its place.</param>
internal sealed class SchemaObjects(Grammar grammar, JsonRules json, Func<JsonElement, string, Symbol> read)
{
    public Symbol Read(JsonElement schema, string at)
    {
        (int least, int? most) = Keywords.Bounds(schema, "minProperties", "maxProperties", at);
        bool declares = schema.TryGetProperty("properties", out JsonElement declared) && declared.ValueKind == JsonValueKind.Object && declared.EnumerateObject().Any();
        Keywords.Require(schema, at, "properties", "minProperties", "maxProperties");
        return declares ? Declared(schema, declared, least, most, at) : Map(schema, least, most, at);
    }

    private Symbol Map(JsonElement schema, int least, int? most, string at)
    {
        if (schema.TryGetProperty("required", out JsonElement needed) && needed.ValueKind == JsonValueKind.Array && needed.GetArrayLength() > 0)
        {
            throw new SchemaException($"{at}/required needs properties");
        }
        // A name may come twice, and then counts once.
        if (least > 1) throw new SchemaException($"{at}/minProperties: more than 1 is not supported without properties");
        schema.TryGetProperty("additionalProperties", out JsonElement others);
        if (others.ValueKind == JsonValueKind.False) most = 0;
        if (most < least) throw new SchemaException($"{at} allows no object");
        Symbol value = others.ValueKind == JsonValueKind.Object ? read(others, $"{at}/additionalProperties") : json.Value;
        return least == 0 && most is null && value == json.Value ? json.Object : json.Map(value, least, most);
    }

    private Symbol Declared(JsonElement schema, JsonElement declared, int least, int? most, string at)
    {
        HashSet<string> required = schema.TryGetProperty("required", out JsonElement names) ? [.. names.EnumerateArray().Select(name => name.GetString()!)] : [];
        int always = required.Count;
        (Symbol[] Text, bool Required)[] members =
        [
            .. declared.EnumerateObject().Select(one =>
                ((Symbol[])[.. Grammar.Text(JsonTexts.Quoted(one.Name)), json.Space, .. Grammar.Text(":"), json.Space, read(one.Value, $"{at}/properties/{one.Name}")],
                required.Remove(one.Name))),
        ];
        if (required.Count > 0) throw new SchemaException($"{at}/required: {required.First()} is not among the properties");
        if (least > always) throw new SchemaException($"{at}/minProperties: more than are required is not supported");
        if (most < members.Length) throw new SchemaException($"{at}/maxProperties: fewer than are declared is not supported");
        return grammar.Add([.. Grammar.Text("{"), json.Space, Members(members), json.Space, .. Grammar.Text("}")]);
    }

    /// <summary>The members from the first on; before the second that is there comes a comma.</summary>
    private Symbol Members((Symbol[] Text, bool Required)[] members)
    {
        Symbol first = grammar.Add(Grammar.Nothing);
        Symbol later = first;
        for (int i = members.Length - 1; i >= 0; i--)
        {
            (Symbol[] text, bool required) = members[i];
            Symbol[] alone = [.. text, later];
            Symbol[] behind = [json.Space, .. Grammar.Text(","), json.Space, .. text, later];
            (first, later) = required ? (grammar.Add(alone), grammar.Add(behind)) : (grammar.Add(alone, [first]), grammar.Add(behind, [later]));
        }
        return first;
    }
}
