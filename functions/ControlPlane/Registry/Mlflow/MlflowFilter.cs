using System.Text.RegularExpressions;

namespace LlmOps.Registry.Mlflow;

/// <summary>MLflow's filters: comparisons joined by AND. What of the grammar is not offered is refused, never ignored.</summary>
public static partial class MlflowFilter
{
    private static readonly string[] ForText = ["=", "!=", "LIKE", "ILIKE"];
    private static readonly string[] ForNumbers = ["=", "!=", "<", "<=", ">", ">="];

    /// <summary>The attributes of models, with the comparators that each takes.</summary>
    public static IReadOnlyDictionary<string, string[]> OfModels { get; } = new Dictionary<string, string[]> { ["name"] = ForText };

    /// <summary>The attributes of versions.</summary>
    public static IReadOnlyDictionary<string, string[]> OfVersions { get; } = new Dictionary<string, string[]>
    {
        ["name"] = ForText, ["run_id"] = [.. ForText, "IN"], ["source_path"] = ForText, ["version_number"] = ForNumbers,
    };

    /// <summary>Parses a filter; the refusal says what is wrong where the clauses are null.</summary>
    public static (IReadOnlyList<MlflowClause>? Clauses, string Refusal) Parse(string? filter, IReadOnlyDictionary<string, string[]> attributes)
    {
        List<MlflowClause> clauses = [];
        string rest = filter?.Trim() ?? "";
        while (rest.Length > 0)
        {
            Match match = ClausePattern().Match(rest);
            if (!match.Success)
            {
                return (null, $"Invalid clause(s) in filter string: {rest}. Offered are comparisons such as name = 'a', name LIKE 'a%' and tags.`k` = 'v', joined by AND");
            }
            MlflowClause clause = Clause(match);
            if (Fault(clause, match, attributes) is { } fault)
            {
                return (null, fault);
            }
            clauses.Add(clause);
            rest = rest[match.Length..];
            Match joint = AndPattern().Match(rest);
            if (rest.Length > 0 && !joint.Success)
            {
                return (null, $"Invalid clause(s) in filter string: {rest.Trim()}. Comparisons are joined by AND only");
            }
            rest = rest[joint.Length..];
        }
        return (clauses, "");
    }

    private static MlflowClause Clause(Match match)
    {
        string comparator = match.Groups["comparator"].Value.ToUpperInvariant();
        IReadOnlyList<string> values = match.Groups["list"].Success
            ? [.. QuotedPattern().Matches(match.Groups["list"].Value).Select(Unquoted)]
            : match.Groups["number"].Success ? [match.Groups["number"].Value] : [Unquoted(QuotedPattern().Match(match.Groups["text"].Value))];
        return new MlflowClause(
            match.Groups["entity"].Value.StartsWith("tag", StringComparison.Ordinal), match.Groups["key"].Value.Trim('`', '"'), comparator, values);
    }

    private static string Unquoted(Match quoted) => quoted.Value[1..^1];

    private static string? Fault(MlflowClause clause, Match match, IReadOnlyDictionary<string, string[]> attributes)
    {
        if (!clause.IsTag && !attributes.ContainsKey(clause.Key))
        {
            return $"Invalid attribute key '{clause.Key}' specified. Valid keys are {string.Join(", ", attributes.Keys.Order(StringComparer.Ordinal))}";
        }
        string[] allowed = clause.IsTag ? ForText : attributes[clause.Key];
        if (!allowed.Contains(clause.Comparator))
        {
            return $"Invalid comparator '{clause.Comparator}' for '{clause.Key}'. Valid are {string.Join(", ", allowed)}";
        }
        bool number = allowed == ForNumbers;
        return match.Groups["list"].Success != (clause.Comparator == "IN") ? "IN compares with a list of quoted values, and only IN does"
            : number && !clause.Values.All(value => value.Length is > 0 and < 10 && value.All(char.IsAsciiDigit)) ? $"'{clause.Key}' compares with a number"
            : !number && match.Groups["number"].Success ? $"Expected a quoted string value for '{clause.Key}' (e.g. 'my-value')"
            : null;
    }

    [GeneratedRegex("""
        \A(?:(?<entity>attribute|attributes|tag|tags)\.)?(?<key>`[^`]+`|"[^"]+"|[\w.\-/]+)\s*(?<comparator>!=|<=|>=|=|<|>|(?<=\s)(?i:LIKE|ILIKE|IN)\b)\s*
        (?:(?<text>'[^']*'|"[^"]*")|(?<number>[0-9]+)(?=\s|\z)|\((?<list>\s*(?:'[^']*'|"[^"]*")\s*(?:,\s*(?:'[^']*'|"[^"]*")\s*)*)\))
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClausePattern();

    [GeneratedRegex(@"\A\s+AND\s+(?=\S)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex AndPattern();

    [GeneratedRegex("""'[^']*'|"[^"]*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex QuotedPattern();
}
