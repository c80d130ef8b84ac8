using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Gates;

/// <summary>How an answer is held against what was expected.</summary>
public enum Match
{
    /// <summary>The trimmed answer is the expected text, to the letter.</summary>
    Exact,

    /// <summary>The answer holds the expected text, whatever the case.</summary>
    Contains,

    /// <summary>The answer starts as a refusal does: with the expected text's beginning, without its full stop.</summary>
    Refusal,

    /// <summary>The assertions of a test of promptfoo's form decide.</summary>
    Assertions,

    /// <summary>Nothing is asked: the prompt is a text, and how likely the model holds it is measured.</summary>
    Text,
}

/// <summary>A question with its expected answer.</summary>
public sealed record EvaluationItem(string Id, string Prompt, string Expected, Match Match)
{
    public string? Category { get; init; }

    /// <summary>What the answer must show, where <see cref="Match.Assertions"/> decides.</summary>
    [JsonIgnore] public IReadOnlyList<Assertion> Assertions { get; init; } = [];

    /// <summary>The least weighted score of its assertions; null when each of them must pass.</summary>
    [JsonIgnore] public double? Threshold { get; init; }

    /// <summary>Whether its rule would take any answer for right.</summary>
    internal bool AcceptsAnything => Match is not (Match.Exact or Match.Text) && Expected.Trim().TrimEnd('.').Length == 0;

    /// <summary>Whether an answer is right by this item's rule; a given text whose likelihood was told is.</summary>
    public bool Accepts(string answer) => Match switch
    {
        Match.Exact => answer.Trim() == Expected.Trim(),
        Match.Contains => answer.Contains(Expected.Trim(), StringComparison.OrdinalIgnoreCase),
        Match.Refusal => answer.TrimStart().StartsWith(Expected.Trim().TrimEnd('.'), StringComparison.OrdinalIgnoreCase),
        Match.Text => true,
        _ => throw new ManifestException("dataset", $"'{Match}' is not a way to match"),
    };
}

/// <summary>A dataset of JSON lines: its items, and the SHA-256 (hex) of its text.</summary>
public sealed record Dataset(string Name, string Digest, IReadOnlyList<EvaluationItem> Items)
{
    /// <summary>Parses a dataset; throws <see cref="ManifestException"/> that names the line.</summary>
    public static Dataset Parse(string name, string path, string text)
    {
        List<EvaluationItem> items = [];
        int number = 0;
        foreach (string line in text.Split('\n'))
        {
            number++;
            if (!string.IsNullOrWhiteSpace(line))
            {
                items.Add(ParseLine(path, number, line));
            }
        }
        return Of(name, path, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))), items);
    }

    /// <summary>A dataset of items that were read already; throws when there are none, or one twice.</summary>
    public static Dataset Of(string name, string path, string digest, IReadOnlyList<EvaluationItem> items)
    {
        if (items.Count == 0)
        {
            throw new ManifestException(path, "holds no items");
        }
        if (items.GroupBy(item => item.Id).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ManifestException(path, $"holds the id '{twice.Key}' {twice.Count()} times");
        }
        return new Dataset(name, digest, items);
    }

    private static readonly JsonSerializerOptions Strict = new(Wire.Json) { RespectRequiredConstructorParameters = true };

    private static EvaluationItem ParseLine(string path, int number, string line)
    {
        try
        {
            EvaluationItem? item = JsonSerializer.Deserialize<EvaluationItem>(line, Strict);
            return item is { Id: not null, Prompt: not null, Expected: not null, Match: not Match.Assertions } && Enum.IsDefined(item.Match) && !item.AcceptsAnything
                && (item.Match != Match.Text || item is { Prompt.Length: > 0, Expected: "" })
                ? item
                : throw new ManifestException(path, $"line {number}: needs id, prompt, expected and match (exact, contains or refusal; text with an empty expected)");
        }
        catch (JsonException error)
        {
            throw new ManifestException(path, $"line {number}: {error.Message}");
        }
    }
}
