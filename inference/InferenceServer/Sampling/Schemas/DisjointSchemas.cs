using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>
/// Proves of schemas that no value is valid under two of them: by their types, by the values that they list, or by a required member that
/// cannot be the same. What it cannot prove may be true all the same.
/// </summary>
/// <param name="follow">Finds what a reference names.</param>
internal sealed class DisjointSchemas(Func<JsonElement, string, JsonElement> follow)
{
    private const int Deepest = 20;
    private const int MostComparisons = 100_000;

    // Bytes of schemas that are read, again and again where many parts name the same: a second of work.
    private const long MostBytes = 50_000_000;

    private static readonly string[] AllTypes = ["object", "array", "string", "number", "boolean", "null"];

    private int _comparisons;
    private long _bytes;

    public bool AreDisjoint(JsonElement one, JsonElement other, string at) => AreDisjoint(one, other, at, 0);

    private bool AreDisjoint(JsonElement one, JsonElement other, string at, int depth)
    {
        if (depth > Deepest || ++_comparisons > MostComparisons) return false;
        (one, other) = (Resolved(one, at), Resolved(other, at));
        if (!MayRead(Bytes(one) + Bytes(other))) return false;
        if (one.ValueKind != JsonValueKind.Object || other.ValueKind != JsonValueKind.Object) return false;
        if (Branches(one) is { } branches) return branches.All(branch => AreDisjoint(branch, other, at, depth + 1));
        if (Branches(other) is { } others) return others.All(branch => AreDisjoint(one, branch, at, depth + 1));
        if (Values(one) is { } values && Values(other) is { } otherValues)
        {
            // Each is compared with each of the others.
            if (!MayRead(values.Length * Bytes(other))) return false;
            return !values.Any(value => otherValues.Any(otherValue => JsonElement.DeepEquals(value, otherValue)));
        }
        string[] shared = [.. Types(one).Intersect(Types(other))];
        return shared.Length == 0 || (shared is ["object"] && HaveDisjointMember(one, other, at, depth));
    }

    private bool HaveDisjointMember(JsonElement one, JsonElement other, string at, int depth) => Required(one).Intersect(Required(other)).Any(name =>
        MayRead(Bytes(one) + Bytes(other))
        && one.TryGetProperty("properties", out JsonElement members) && members.TryGetProperty(name, out JsonElement member)
        && other.TryGetProperty("properties", out JsonElement otherMembers) && otherMembers.TryGetProperty(name, out JsonElement otherMember)
        && AreDisjoint(member, otherMember, at, depth + 1));

    private JsonElement Resolved(JsonElement schema, string at)
    {
        for (int steps = 0; steps < Deepest && schema.ValueKind == JsonValueKind.Object && MayRead(Bytes(schema)); steps++)
        {
            if (schema.TryGetProperty("$ref", out JsonElement reference)) schema = follow(reference, at);
            else if (schema.TryGetProperty("allOf", out JsonElement all) && all.ValueKind == JsonValueKind.Array && all.GetArrayLength() == 1) schema = all[0];
            else break;
        }
        return schema;
    }

    private bool MayRead(long bytes) => (_bytes += bytes) <= MostBytes;

    private static long Bytes(JsonElement schema) => JsonMarshal.GetRawUtf8Value(schema).Length;

    private static JsonElement[]? Branches(JsonElement schema) =>
        (schema.TryGetProperty("anyOf", out JsonElement branches) || schema.TryGetProperty("oneOf", out branches)) && branches.ValueKind == JsonValueKind.Array
            ? [.. branches.EnumerateArray()]
            : null;

    private static JsonElement[]? Values(JsonElement schema) =>
        schema.TryGetProperty("enum", out JsonElement values) && values.ValueKind == JsonValueKind.Array ? [.. values.EnumerateArray()]
        : schema.TryGetProperty("const", out JsonElement value) ? [value]
        : null;

    private static IEnumerable<string> Required(JsonElement schema) =>
        schema.TryGetProperty("required", out JsonElement names) && names.ValueKind == JsonValueKind.Array
            ? names.EnumerateArray().Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)
            : [];

    private static IEnumerable<string> Types(JsonElement schema)
    {
        if (Values(schema) is { } values) return values.Select(TypeOf).Distinct();
        return (SchemaTypes.Named(schema) ?? AllTypes).Select(type => type == "integer" ? "number" : type).Distinct();
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.String => "string",
        JsonValueKind.Number => "number",
        JsonValueKind.Null => "null",
        _ => "boolean",
    };
}
