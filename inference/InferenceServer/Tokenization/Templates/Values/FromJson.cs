using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>JSON as values of a template.</summary>
internal static class FromJson
{
    // What Python's own reader refuses.
    private const int MostDigits = 4300;

    /// <summary>Reads one value.</summary>
    /// <exception cref="TemplateException">It holds half a character, or a number of too many digits.</exception>
    public static object? Value(JsonElement json)
    {
        try
        {
            return json.ValueKind switch
            {
                JsonValueKind.String => json.GetString(),
                JsonValueKind.Number => Number(json.GetRawText()),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.Array => new Sequence([.. json.EnumerateArray().Select(Value)]),
                JsonValueKind.Object => new Mapping(json.EnumerateObject().Select(property => KeyValuePair.Create(property.Name, Value(property.Value)))),
                _ => null,
            };
        }
        catch (InvalidOperationException)
        {
            throw new TemplateException("a string is not valid Unicode");
        }
    }

    private static object Number(string text)
    {
        if (text.AsSpan().ContainsAny(".eE")) return double.Parse(text, CultureInfo.InvariantCulture);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number)) return number;
        return text.Length <= MostDigits ? BigInteger.Parse(text, CultureInfo.InvariantCulture) : throw new TemplateException("a number has too many digits");
    }
}
