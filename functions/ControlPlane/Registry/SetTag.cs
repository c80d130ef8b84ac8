using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>A person's wish for a tag on a version (its SemVer or number) or, with null, on the model; a null value removes it.</summary>
public sealed record TagWish(string Key, string? Value, string By, string Why, string? Version = null);

/// <summary>Sets or removes a tag, with MLflow's limits.</summary>
public sealed class SetTag(ModelRegistry registry, TimeProvider clock)
{
    public async Task<Receipt> Handle(string model, TagWish wish, CancellationToken cancellation) =>
        Noted.Answer(await registry.Change(model, current => Decide(current, wish, clock.GetUtcNow()), cancellation));

    /// <summary>Decides, purely, on a wish.</summary>
    public static ModelChange Decide(RegisteredModel model, TagWish wish, DateTimeOffset now)
    {
        if (Noted.Fault(model, wish.By, wish.Why) is { } fault)
        {
            return fault;
        }
        if ((RegistryNames.KeyFault(wish.Key) ?? RegistryNames.ValueFault(wish.Value ?? "")) is { } wrong)
        {
            return new ModelChange.Refused(400, wrong);
        }
        RegisteredVersion? version = wish.Version is null ? null : Noted.Find(model, wish.Version);
        if (wish.Version is not null && version is null)
        {
            return Noted.NoVersion(model, wish.Version);
        }
        IReadOnlyDictionary<string, string> before = version?.Tags ?? model.Tags;
        if (before.GetValueOrDefault(wish.Key) == wish.Value)
        {
            return new ModelChange.Unchanged();
        }
        Dictionary<string, string> tags = new(before);
        _ = wish.Value is null ? tags.Remove(wish.Key) : (tags[wish.Key] = wish.Value) is not null;
        if (tags.Count > RegistryNames.MaxTags)
        {
            return new ModelChange.Refused(400, $"at most {RegistryNames.MaxTags} tags");
        }
        NoteChange change = new(now, version?.Version, wish.Key, wish.Value, Noted.Line(wish.By), Noted.Line(wish.Why));
        RegisteredModel next = version is null
            ? model with { Tags = tags }
            : model with { Versions = [.. model.Versions.Select(known => known == version ? known with { Tags = tags } : known)] };
        return new ModelChange.Changed(next with { Changes = [.. model.Changes, change] });
    }
}
