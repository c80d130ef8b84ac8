using System.Security.Cryptography;
using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Audit;

/// <summary>Something that happened, before it has its place in the log. <paramref name="Id"/> names the fact: it is logged once.</summary>
/// <param name="Id">Derived from what happened, e.g. `tiny-ops@1.1.0/step/25`.</param>
/// <param name="Kind">The fact in the past tense, e.g. `StepStarted`.</param>
/// <param name="Model">The model it concerns, or null.</param>
/// <param name="Version">The version it concerns, or null.</param>
/// <param name="Text">One sentence for people.</param>
/// <param name="Evidence">Digests, commits and numbers that the decision looked at.</param>
public sealed record AuditFact(
    string Id, string Kind, string? Model, string? Version, string Text, IReadOnlyDictionary<string, string>? Evidence = null);

/// <summary>An entry of the hash chain: a fact, its place, its time, and the SHA-256 (hex) that seals it and all before it.</summary>
public sealed record AuditEntry(
    long Sequence,
    string Id,
    DateTimeOffset At,
    string Kind,
    string? Model,
    string? Version,
    string Text,
    IReadOnlyDictionary<string, string> Evidence,
    string Previous,
    string Hash)
{
    /// <summary>What the first entry names as its predecessor.</summary>
    public const string Root = "0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>Seals a fact as the successor of an entry.</summary>
    public static AuditEntry Seal(AuditFact fact, long sequence, string previous, DateTimeOffset at)
    {
        AuditEntry open = new(
            sequence, fact.Id, at, fact.Kind, fact.Model, fact.Version, fact.Text,
            new SortedDictionary<string, string>(fact.Evidence?.ToDictionary() ?? [], StringComparer.Ordinal), previous, "");
        return open with { Hash = open.ComputeHash() };
    }

    /// <summary>The hash that this entry should carry: over its JSON with an empty hash.</summary>
    public string ComputeHash() =>
        Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(this with { Hash = "" }, Wire.Json)));

    /// <summary>The entry as one line of the log, without the line break.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, Wire.Json);
}
