using LlmOps.Ports;

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

    public static RegisteredModel Empty(string model) => new(model, [], new Dictionary<string, string>(), []);

    /// <summary>The version under an alias, or null.</summary>
    public RegisteredVersion? At(string alias) =>
        Aliases.TryGetValue(alias, out string? version) ? Versions.FirstOrDefault(known => known.Version == version) : null;
}

/// <summary>An immutable version: its digest (SHA-256, hex) and when it was registered.</summary>
public sealed record RegisteredVersion(string Version, string Digest, DateTimeOffset RegisteredAt);

/// <summary>A move of an alias: from and to a version (null: it pointed at none), who moved it, why, and the key of the deed.</summary>
public sealed record AliasMove(DateTimeOffset At, string Alias, string? From, string? To, string By, string Why, string Key);

/// <summary>The aliases that the release loop moves.</summary>
public static class Aliases
{
    public const string Champion = "champion";
    public const string Candidate = "candidate";
    public const string Previous = "previous";

    /// <summary>How the key of a rollback's move ends.</summary>
    public const string RolledBackKey = "/rolledback";
}

/// <summary>The registry: one document a model, changed by compare-and-swap.</summary>
public sealed class ModelRegistry(IBlobs blobs, TimeProvider clock)
{
    private static string Name(string model) => $"registry/{model}.json";

    public async Task<RegisteredModel> Read(string model, CancellationToken cancellation) =>
        (await blobs.ReadJson<RegisteredModel>(Containers.State, Name(model), cancellation))?.Value ?? RegisteredModel.Empty(model);

    /// <summary>Registers a version; a second time with the same digest changes nothing, with another digest it throws.</summary>
    public Task Register(string model, string version, string digest, CancellationToken cancellation) =>
        Change(model, current => current.Versions.FirstOrDefault(known => known.Version == version) switch
        {
            null => current with { Versions = [.. current.Versions, new RegisteredVersion(version, digest, clock.GetUtcNow())] },
            { } known when known.Digest == digest => current,
            { } known => throw new InvalidOperationException($"{model}@{version} is registered with digest {known.Digest}; a version is immutable"),
        }, cancellation);

    /// <summary>Notes that a person has looked into the model's rollbacks up to a time.</summary>
    public Task LiftFreeze(string model, DateTimeOffset until, CancellationToken cancellation) =>
        Change(model, current => current.FreezeLiftedAt >= until ? current : current with { FreezeLiftedAt = until }, cancellation);

    /// <summary>
    /// Moves aliases in one write (a null version removes the alias). A deed whose key is in the history changes nothing,
    /// nor does one that was undone before it was done: <paramref name="undoneBy"/> is the key of its undoing.
    /// </summary>
    public Task MoveAliases(
        string model, IReadOnlyDictionary<string, string?> targets, string by, string why, string key, CancellationToken cancellation, string? undoneBy = null) =>
        MoveAliases(model, _ => targets, by, why, key, cancellation, undoneBy);

    /// <summary>Moves aliases to what <paramref name="targets"/> makes of the model as it stands in the moment of the write.</summary>
    public Task MoveAliases(
        string model, Func<RegisteredModel, IReadOnlyDictionary<string, string?>> targets, string by, string why, string key,
        CancellationToken cancellation, string? undoneBy = null) =>
        Change(model, current =>
        {
            if (current.History.Any(move => move.Key == key || move.Key == undoneBy))
            {
                return current;
            }
            Dictionary<string, string> aliases = new(current.Aliases);
            List<AliasMove> moves = [];
            foreach ((string alias, string? to) in targets(current))
            {
                string? from = aliases.GetValueOrDefault(alias);
                moves.Add(new AliasMove(clock.GetUtcNow(), alias, from, to, by, why, key));
                _ = to is null ? aliases.Remove(alias) : (aliases[alias] = to) is not null;
            }
            return current with { Aliases = aliases, History = [.. current.History, .. moves] };
        }, cancellation);

    private async Task Change(string model, Func<RegisteredModel, RegisteredModel> change, CancellationToken cancellation)
    {
        while (true)
        {
            (RegisteredModel Value, string ETag)? stored = await blobs.ReadJson<RegisteredModel>(Containers.State, Name(model), cancellation);
            RegisteredModel current = stored?.Value ?? RegisteredModel.Empty(model);
            RegisteredModel next = change(current);
            if (ReferenceEquals(next, current))
            {
                return;
            }
            PutCondition condition = stored is { } known ? PutCondition.IfUnchanged(known.ETag) : PutCondition.IfAbsent;
            if ((await blobs.PutJson(Containers.State, Name(model), next, condition, cancellation)).Written)
            {
                return;
            }
        }
    }
}
