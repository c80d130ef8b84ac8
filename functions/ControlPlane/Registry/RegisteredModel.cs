namespace LlmOps.Registry;

/// <summary>A model's versions and the aliases that point at them, with every move that the aliases ever made.</summary>
public sealed record RegisteredModel(
    string Model,
    IReadOnlyList<RegisteredVersion> Versions,
    IReadOnlyDictionary<string, string> Aliases,
    IReadOnlyList<AliasMove> History)
{
    /// <summary>Until when a person has looked into its rollbacks, so that they do not count any more.</summary>
    public DateTimeOffset? FreezeLiftedAt { get; init; }

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();

    /// <summary>Every change of a tag or description, oldest first.</summary>
    public IReadOnlyList<NoteChange> Changes { get; init; } = [];

    public static RegisteredModel Empty(string model) => new(model, [], new Dictionary<string, string>(), []);

    /// <summary>The version under an alias, or null.</summary>
    public RegisteredVersion? At(string alias) =>
        Aliases.TryGetValue(alias, out string? version) ? Versions.FirstOrDefault(known => known.Version == version) : null;

    /// <summary>The number of a version, from 1 in the order of registration; 0 when it is not registered.</summary>
    public int NumberOf(string version) => Versions.TakeWhile(known => known.Version != version).Count() is var before && before < Versions.Count ? before + 1 : 0;

    /// <summary>Whether this is what another state became: the same versions first, and a history that was only added to.</summary>
    public bool Continues(RegisteredModel earlier) =>
        Versions.Count >= earlier.Versions.Count && History.Count >= earlier.History.Count && Changes.Count >= earlier.Changes.Count
        && earlier.Versions.Zip(Versions).All(pair => pair.First.Version == pair.Second.Version && pair.First.Digest == pair.Second.Digest)
        && earlier.History.SequenceEqual(History.Take(earlier.History.Count))
        && earlier.Changes.SequenceEqual(Changes.Take(earlier.Changes.Count));
}

/// <summary>An immutable version: its digest (SHA-256, hex) and when it was registered. Only what people note about it changes.</summary>
public sealed record RegisteredVersion(string Version, string Digest, DateTimeOffset RegisteredAt)
{
    /// <summary>Where its release.json says that it comes from: commit, dataset, run.</summary>
    public IReadOnlyDictionary<string, string> Source { get; init; } = new Dictionary<string, string>();

    public string? Description { get; init; }

    public IReadOnlyDictionary<string, string> Tags { get; init; } = new Dictionary<string, string>();
}

/// <summary>A move of an alias: from and to a version (null: it pointed at none), who moved it, why, and the key of the deed.</summary>
public sealed record AliasMove(DateTimeOffset At, string Alias, string? From, string? To, string By, string Why, string Key);

/// <summary>A tag or description that was set, or removed (a null value), on a version or (null) on the model.</summary>
/// <param name="At">When.</param>
/// <param name="Version">The version, or null for the model.</param>
/// <param name="Key">The tag's key, or null for the description.</param>
/// <param name="Value">The new text; null: removed.</param>
/// <param name="By">Who.</param>
/// <param name="Why">Why, as they say.</param>
public sealed record NoteChange(DateTimeOffset At, string? Version, string? Key, string? Value, string By, string Why);

/// <summary>The aliases that the release loop moves.</summary>
public static class Aliases
{
    public const string Champion = "champion";
    public const string Candidate = "candidate";
    public const string Previous = "previous";

    /// <summary>How the key of a rollback's move ends.</summary>
    public const string RolledBackKey = "/rolledback";

    /// <summary>Whether only the release loop moves an alias.</summary>
    public static bool IsLoops(string alias) => alias is Champion or Candidate or Previous;
}
