using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Arrays under a schema: items of their own at the first places, of one kind behind, in a number between bounds.</summary>
/// <param name="read">Reads the schema of an item at its place.</param>
internal sealed class SchemaLists(Grammar grammar, JsonRules json, Func<JsonElement, string, Symbol> read)
{
    public Symbol Read(JsonElement schema, string at)
    {
        Keywords.Require(schema, at, "items", "prefixItems", "minItems", "maxItems");
        (int least, int? most) = Keywords.Bounds(schema, "minItems", "maxItems", at);
        Symbol[] first = schema.TryGetProperty("prefixItems", out JsonElement places)
            ? [.. Keywords.Items(places, $"{at}/prefixItems").Select((place, i) => read(place, $"{at}/prefixItems/{i}"))]
            : [];
        bool given = schema.TryGetProperty("items", out JsonElement items);
        if (given && items.ValueKind == JsonValueKind.False) most = Math.Min(most ?? first.Length, first.Length);
        if (most < least) throw new SchemaException($"{at}/minItems is more than there may be");
        Symbol item = !given || items.ValueKind == JsonValueKind.False ? json.Value : read(items, $"{at}/items");
        return first.Length == 0 ? json.List(item, least, most) : Places(first[..Math.Min(first.Length, most ?? first.Length)], item, least, most);
    }

    private Symbol Places(Symbol[] first, Symbol item, int least, int? most)
    {
        Symbol[] empty = [.. Grammar.Text("["), json.Space, .. Grammar.Text("]")];
        if (first.Length == 0) return grammar.Add(empty);
        Symbol behind = grammar.Repeat(Next(item), Math.Max(0, least - first.Length), most - first.Length);
        for (int i = first.Length - 1; i > 0; i--)
        {
            Symbol[] more = [.. Next(first[i]), behind];
            behind = i >= least ? grammar.Add(more, Grammar.Nothing) : grammar.Add(more);
        }
        Symbol[] some = [.. Grammar.Text("["), json.Space, first[0], behind, json.Space, .. Grammar.Text("]")];
        return least == 0 ? grammar.Add(empty, some) : grammar.Add(some);
    }

    private Symbol[] Next(Symbol item) => [json.Space, .. Grammar.Text(","), json.Space, item];
}
