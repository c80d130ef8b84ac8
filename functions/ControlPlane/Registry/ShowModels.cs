using LlmOps.Audit;

namespace LlmOps.Registry;

/// <summary>A model as it is shown: its versions newest first, where its aliases point, and their whole history.</summary>
public sealed record ModelView(
    string Model,
    string? Description,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyDictionary<string, string> Aliases,
    IReadOnlyList<VersionView> Versions,
    IReadOnlyList<AliasMove> History,
    IReadOnlyList<NoteChange> Changes);

/// <summary>A version as it is shown; its number counts the registrations of its model from 1.</summary>
public sealed record VersionView(
    int Number,
    string Version,
    string Digest,
    DateTimeOffset RegisteredAt,
    DateTimeOffset ChangedAt,
    string? Description,
    IReadOnlyDictionary<string, string> Tags,
    IReadOnlyList<string> Aliases,
    Lineage Lineage);

/// <summary>Shows the registry's models with their lineage.</summary>
public sealed class ShowModels(ModelRegistry registry, AuditLog audit)
{
    /// <summary>All models, by name.</summary>
    public async Task<IReadOnlyList<ModelView>> Handle(CancellationToken cancellation)
    {
        List<ModelView> models = [];
        foreach (string model in await registry.Models(cancellation))
        {
            if (await Handle(model, cancellation) is { } view)
            {
                models.Add(view);
            }
        }
        return models;
    }

    /// <summary>A model, or null when none of its versions was ever registered.</summary>
    public async Task<ModelView?> Handle(string model, CancellationToken cancellation)
    {
        if (await registry.Read(model, cancellation) is not { Versions.Count: > 0 } known)
        {
            return null;
        }
        ILookup<string, AuditEntry> entries = (await audit.Read(0, cancellation))
            .Where(entry => entry.Model == model && entry.Version is not null).ToLookup(entry => entry.Version!);
        return Of(known, entries);
    }

    /// <summary>The view of a model, given the audit entries by version.</summary>
    public static ModelView Of(RegisteredModel model, ILookup<string, AuditEntry> entries) => new(
        model.Model, model.Description, model.Tags, model.Aliases,
        [.. model.Versions.Select((version, index) => Of(model, version, index + 1, entries[version.Version])).Reverse()],
        model.History, model.Changes);

    private static VersionView Of(RegisteredModel model, RegisteredVersion version, int number, IEnumerable<AuditEntry> entries)
    {
        IEnumerable<DateTimeOffset> changes = model.Changes.Where(change => change.Version == version.Version).Select(change => change.At)
            .Concat(model.History.Where(move => move.From == version.Version || move.To == version.Version).Select(move => move.At));
        return new VersionView(
            number, version.Version, version.Digest, version.RegisteredAt, changes.Append(version.RegisteredAt).Max(), version.Description, version.Tags,
            [.. model.Aliases.Where(alias => alias.Value == version.Version).Select(alias => alias.Key).Order(StringComparer.Ordinal)],
            Lineage.Of(version, entries));
    }
}
