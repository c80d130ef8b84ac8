using System.Text;

namespace LlmOps.Inference.Telemetry;

/// <summary>Labels as the text format writes them.</summary>
internal static class Labels
{
    /// <summary><c>,name="value"</c> for each pair with a value, so that it follows other labels.</summary>
    public static string Of(ReadOnlySpan<string> names, ReadOnlySpan<string> values)
    {
        StringBuilder text = new();
        for (int i = 0; i < names.Length; i++)
        {
            if (values[i].Length > 0) text.Append(',').Append(Pair(names[i], values[i]));
        }
        return text.ToString();
    }

    public static string Pair(string name, string value)
    {
        string escaped = value
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return $"{name}=\"{escaped}\"";
    }
}
