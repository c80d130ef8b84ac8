using System.Text.RegularExpressions;

namespace LlmOps.LocalHost.Functions;

/// <summary>Puts settings in place of <c>%name%</c>, as the Functions host does in the texts of triggers.</summary>
internal static partial class SettingText
{
    public static string Resolve(string text, IReadOnlyDictionary<string, string> settings) => Name.Replace(text, match =>
        settings.TryGetValue(match.Groups[1].Value, out string? value)
            ? value
            : throw new InvalidOperationException($"there is no setting {match.Groups[1].Value}, which a trigger names"));

    [GeneratedRegex("%([^%]+)%", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }
}
