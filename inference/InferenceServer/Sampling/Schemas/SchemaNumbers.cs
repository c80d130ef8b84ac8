using System.Text.Json;
using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Numbers under a schema: integers between any bounds, others from 0 on.</summary>
internal sealed class SchemaNumbers(Grammar grammar, JsonRules json)
{
    public Symbol Integer(JsonElement schema, string at)
    {
        Keywords.Require(schema, at, "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
        long? least = Greatest(Bound("minimum", Math.Ceiling), Bound("exclusiveMinimum", bound => Math.Floor(bound) + 1));
        long? most = -Greatest(-Bound("maximum", Math.Floor), -Bound("exclusiveMaximum", bound => Math.Ceiling(bound) - 1));
        if (least is null && most is null) return json.Integer;
        if (least == 0 && most is null) return json.Natural;
        if (least > most) throw new SchemaException($"{at} allows no number between its bounds");
        return new IntegerRange(grammar, json).Of(least ?? -IntegerRange.Greatest, most ?? IntegerRange.Greatest);

        long? Bound(string keyword, Func<decimal, decimal> round)
        {
            if (!schema.TryGetProperty(keyword, out JsonElement bound)) return null;
            if (bound.ValueKind != JsonValueKind.Number) throw new SchemaException($"{at}/{keyword} is no number");
            // Numbers are written with at most so many digits, and there are none beyond.
            const long Beyond = IntegerRange.Greatest + 1;
            if (!bound.TryGetDecimal(out decimal value)) return Math.Sign(bound.GetDouble()) * Beyond;
            return (long)round(Math.Clamp(value, -Beyond, Beyond));
        }
    }

    public Symbol Number(JsonElement schema, string at)
    {
        Keywords.Require(schema, at, "minimum");
        if (!schema.TryGetProperty("minimum", out JsonElement minimum)) return json.Number;
        return minimum.ValueKind == JsonValueKind.Number && minimum.GetDouble() == 0
            ? json.PositiveNumber
            : throw new SchemaException($"{at}/minimum: of numbers that need not be whole only 0 is supported");
    }

    private static long? Greatest(long? one, long? other) => one is null || other > one ? other : one;
}
