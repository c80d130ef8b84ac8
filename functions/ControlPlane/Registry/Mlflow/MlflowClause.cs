using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.Registry.Mlflow;

/// <summary>One comparison of a filter: an attribute's or (with <paramref name="IsTag"/>) a tag's key, a comparator, and its values.</summary>
public sealed record MlflowClause(bool IsTag, string Key, string Comparator, IReadOnlyList<string> Values)
{
    // MLflow treats models that are no prompts so, without the tag (SearchModelUtils in mlflow/utils/search_utils.py).
    private const string PromptTag = "mlflow.prompt.is_prompt";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <summary>Whether this holds, given attributes and tags by name; what is absent never compares, as in MLflow.</summary>
    public bool Holds(IReadOnlyDictionary<string, string> attributes, IEnumerable<MlflowTag> tags)
    {
        string? found = IsTag ? tags.FirstOrDefault(tag => tag.Key == Key)?.Value : attributes.GetValueOrDefault(Key);
        return (found ?? (IsTag && Key == PromptTag ? "false" : null)) is { } left && Compare(left);
    }

    private bool Compare(string left) => Comparator switch
    {
        "=" => left == Values[0],
        "!=" => left != Values[0],
        "IN" => Values.Contains(left),
        "LIKE" => Like(left, RegexOptions.None),
        "ILIKE" => Like(left, RegexOptions.IgnoreCase),
        "<" => Number(left) < Number(Values[0]),
        "<=" => Number(left) <= Number(Values[0]),
        ">" => Number(left) > Number(Values[0]),
        ">=" => Number(left) >= Number(Values[0]),
        _ => throw new InvalidOperationException($"'{Comparator}' is no comparator"),
    };

    // SQL's LIKE: % is any text, _ any character.
    private bool Like(string left, RegexOptions options)
    {
        string pattern = Regex.Escape(Values[0]).Replace("%", ".*", StringComparison.Ordinal).Replace("_", ".", StringComparison.Ordinal);
        return Regex.IsMatch(left, $@"\A{pattern}\z", options | RegexOptions.Singleline | RegexOptions.NonBacktracking, Patience);
    }

    private static long Number(string text) => long.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
