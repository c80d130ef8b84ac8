using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>
/// Puts variables into texts: `{{name}}` or `{{name.part}}`. Of Nunjucks, which promptfoo uses, filters and statements are
/// not understood, and are an error rather than text.
/// </summary>
internal static partial class Template
{
    public static string Render(string where, string text, JsonObject vars)
    {
        if (text.Contains("{%", StringComparison.Ordinal) || text.Contains("{#", StringComparison.Ordinal))
        {
            throw new ManifestException(where, "template statements and comments are not understood");
        }
        return Braces().Replace(text, match =>
        {
            string path = match.Groups[1].Value.Trim();
            if (!Path().IsMatch(path))
            {
                throw new ManifestException(where, $"'{{{{{path}}}}}' is more than a variable's name; filters and expressions are not understood");
            }
            JsonNode? value = vars;
            foreach (string part in path.Split('.'))
            {
                value = value is JsonObject holder && holder.TryGetPropertyValue(part, out JsonNode? next)
                    ? next : throw new ManifestException(where, $"'{{{{{path}}}}}' has no value in vars");
            }
            return Text(value);
        });
    }

    /// <summary>Renders every text within a value.</summary>
    public static JsonNode? Render(string where, JsonNode? value, JsonObject vars) => value switch
    {
        JsonValue text when text.GetValueKind() == JsonValueKind.String => JsonValue.Create(Render(where, text.GetValue<string>(), vars)),
        JsonArray array => new JsonArray([.. array.Select(item => Render(where, item, vars))]),
        JsonObject map => new JsonObject(map.Select(pair => KeyValuePair.Create(pair.Key, Render(where, pair.Value, vars)))),
        _ => value?.DeepClone(),
    };

    /// <summary>A value as JavaScript would write it into a text.</summary>
    public static string Text(JsonNode? value) => value switch
    {
        null => "",
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        JsonValue number when number.GetValueKind() == JsonValueKind.Number =>
            double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture),
        _ => value.ToJsonString(),
    };

    [GeneratedRegex(@"\{\{-?(.*?)-?\}\}", RegexOptions.Singleline)]
    private static partial Regex Braces();

    [GeneratedRegex(@"^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$")]
    private static partial Regex Path();
}
