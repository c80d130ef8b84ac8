using System.Text.RegularExpressions;
using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>What tags, aliases and descriptions may be: the rules of MLflow (mlflow/utils/validation.py), and our reserved names.</summary>
public static partial class RegistryNames
{
    /// <summary>Tags of ours begin so; nobody sets them.</summary>
    public const string OwnTags = "llmops.";

    /// <summary>Characters in a tag's key.</summary>
    public const int MaxKey = 250;

    /// <summary>Characters in a tag's value or a description.</summary>
    public const int MaxValue = 5000;

    /// <summary>Characters in an alias.</summary>
    public const int MaxAlias = 255;

    /// <summary>Tags that a model or a version may have; ours, so that the document stays small.</summary>
    public const int MaxTags = 100;

    private const int MaxSources = 20;

    /// <summary>Why a tag may not be called so, or null.</summary>
    public static string? KeyFault(string key) => key switch
    {
        _ when Length(key) > MaxKey => $"a tag's key has at most {MaxKey} characters",
        _ when !KeyPattern().IsMatch(key) => "a tag's key has only letters, digits, underscores, dashes, periods, spaces and slashes",
        _ when !IsOwnPath(key) => "a tag's key must be its own path: not empty, without '.', '..' or empty parts, and not absolute",
        _ when key.StartsWith(OwnTags, StringComparison.Ordinal) => $"tags that begin with '{OwnTags}' are the registry's own",
        _ => null,
    };

    /// <summary>Why a tag or description may not say this, or null.</summary>
    public static string? ValueFault(string value) => Length(value) > MaxValue ? $"a value has at most {MaxValue} characters" : null;

    /// <summary>Why an alias may not be called so, or null.</summary>
    public static string? AliasFault(string alias) => alias switch
    {
        "" => "an alias has a name",
        _ when Length(alias) > MaxAlias => $"an alias has at most {MaxAlias} characters",
        _ when !AliasPattern().IsMatch(alias) => "an alias has only letters, digits, underscores and dashes",
        _ when alias.Equals("latest", StringComparison.OrdinalIgnoreCase) => "'latest' is reserved",
        _ when NumberPattern().IsMatch(alias) => "a 'v' and a number are reserved: they look like a version",
        _ => null,
    };

    /// <summary>What of a release.json's `source` is kept: texts on one line, under keys that tags could have.</summary>
    public static IReadOnlyDictionary<string, string> Fit(IReadOnlyDictionary<string, string>? source) =>
        (source ?? new Dictionary<string, string>()).Where(pair => KeyFault(pair.Key) is null && pair.Value is not null).Take(MaxSources)
            .ToDictionary(pair => pair.Key, pair => PlainText.OneLine(pair.Value));

    // posixpath.normpath leaves it as it is, and it leads neither up nor to the root.
    private static bool IsOwnPath(string key) =>
        !key.StartsWith("..", StringComparison.Ordinal) && key.Split('/').All(part => part is not ("" or "." or ".."));

    // MLflow counts characters, not UTF-16 units.
    private static int Length(string text) => text.EnumerateRunes().Count();

    [GeneratedRegex(@"\A[/\w.\- ]*\z")]
    private static partial Regex KeyPattern();

    [GeneratedRegex(@"\A[\w\-]*\z")]
    private static partial Regex AliasPattern();

    [GeneratedRegex(@"\A[vV]\d+\z")]
    private static partial Regex NumberPattern();
}
