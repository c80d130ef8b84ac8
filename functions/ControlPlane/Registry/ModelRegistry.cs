using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>The registry: one document a model, changed by compare-and-swap. What stands in its history stays.</summary>
public sealed class ModelRegistry(IBlobs blobs, TimeProvider clock)
{
    private const string Prefix = "registry/";

    private static string Name(string model) => $"{Prefix}{model}.json";

    public async Task<RegisteredModel> Read(string model, CancellationToken cancellation) =>
        (await Stored(model, cancellation))?.Value ?? RegisteredModel.Empty(model);

    /// <summary>The names of all models, in ordinal order.</summary>
    public async Task<IReadOnlyList<string>> Models(CancellationToken cancellation)
    {
        List<string> models = [];
        await foreach (BlobItem item in blobs.List(Containers.State, Prefix, cancellation))
        {
            models.Add(Path.GetFileNameWithoutExtension(item.Name));
        }
        return models;
    }

    /// <summary>Registers a version; a second time with the same digest changes nothing, with another digest it throws.</summary>
    public Task Register(
        string model, string version, string digest, CancellationToken cancellation, IReadOnlyDictionary<string, string>? source = null) =>
        Change(model, current => current.Versions.FirstOrDefault(known => known.Version == version) switch
        {
            null => new ModelChange.Changed(current with
            {
                Versions = [.. current.Versions, new RegisteredVersion(version, digest, clock.GetUtcNow()) { Source = RegistryNames.Fit(source) }],
            }),
            { } known when known.Digest == digest => new ModelChange.Unchanged(),
            { } known => throw new InvalidOperationException($"{model}@{version} is registered with digest {known.Digest}; a version is immutable"),
        }, cancellation);

    /// <summary>Notes that a person has looked into the model's rollbacks up to a time.</summary>
    public Task LiftFreeze(string model, DateTimeOffset until, CancellationToken cancellation) =>
        Change(model, current => current.FreezeLiftedAt >= until
            ? new ModelChange.Unchanged()
            : new ModelChange.Changed(current with { FreezeLiftedAt = until }), cancellation);

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
                return new ModelChange.Unchanged();
            }
            Dictionary<string, string> aliases = new(current.Aliases);
            List<AliasMove> moves = [];
            foreach ((string alias, string? to) in targets(current))
            {
                string? from = aliases.GetValueOrDefault(alias);
                moves.Add(new AliasMove(clock.GetUtcNow(), alias, from, to, by, why, key));
                _ = to is null ? aliases.Remove(alias) : (aliases[alias] = to) is not null;
            }
            return new ModelChange.Changed(current with { Aliases = aliases, History = [.. current.History, .. moves] });
        }, cancellation);

    /// <summary>Makes a change by compare-and-swap; throws when it would take away from the versions or the history.</summary>
    public async Task<ModelChange> Change(string model, Func<RegisteredModel, ModelChange> decide, CancellationToken cancellation)
    {
        while (true)
        {
            (RegisteredModel Value, string ETag)? stored = await Stored(model, cancellation);
            RegisteredModel current = stored?.Value ?? RegisteredModel.Empty(model);
            ModelChange change = decide(current);
            if (change is not ModelChange.Changed(var next))
            {
                return change;
            }
            if (!next.Continues(current))
            {
                throw new InvalidOperationException($"a change of {model} would rewrite its versions or its history");
            }
            PutCondition condition = stored is { } known ? PutCondition.IfUnchanged(known.ETag) : PutCondition.IfAbsent;
            if ((await blobs.PutJson(Containers.State, Name(model), next, condition, cancellation)).Written)
            {
                return change;
            }
        }
    }

    // What cannot be a blob's name cannot have been registered.
    private async Task<(RegisteredModel Value, string ETag)?> Stored(string model, CancellationToken cancellation) =>
        BlobRules.IsName(Name(model)) ? await blobs.ReadJson<RegisteredModel>(Containers.State, Name(model), cancellation) : null;
}
