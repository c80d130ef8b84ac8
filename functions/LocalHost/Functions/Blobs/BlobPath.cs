using System.Text.RegularExpressions;

namespace LlmOps.LocalHost.Functions.Blobs;

/// <summary>The path of a blob trigger: a container and a pattern of names, whose <c>{values}</c> each match within one segment.</summary>
internal sealed partial record BlobPath(string Container, string Prefix, IReadOnlyList<string> ValueNames, Regex Pattern)
{
    public static BlobPath Parse(string path)
    {
        if (path.Split('/', 2) is not [{ Length: > 0 } container, { Length: > 0 } pattern] || container.Contains('{', StringComparison.Ordinal))
        {
            throw new FormatException($"the blob path {path} is not CONTAINER/NAME");
        }
        string[] names = [.. Value.Matches(pattern).Select(match => match.Groups[1].Value)];
        string regex = Value.Replace(Regex.Escape(pattern).Replace(@"\{", "{", StringComparison.Ordinal), "(?<$1>[^/]+)");
        return new BlobPath(container, pattern.Split('{')[0], names, new Regex($"^{regex}$", RegexOptions.CultureInvariant));
    }

    /// <summary>The values in a blob's name, or null when the name is not of this pattern.</summary>
    public IReadOnlyDictionary<string, object?>? Match(string name) => Pattern.Match(name) is { Success: true } match
        ? ValueNames.ToDictionary(value => value, object? (value) => match.Groups[value].Value, StringComparer.OrdinalIgnoreCase)
        : null;

    [GeneratedRegex(@"\{([A-Za-z_][A-Za-z0-9_]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Value { get; }
}
