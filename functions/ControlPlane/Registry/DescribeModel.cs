using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>A person's description of a version (its SemVer or number) or, with null, of the model.</summary>
public sealed record DescriptionWish(string Description, string By, string Why, string? Version = null);

/// <summary>Describes a model or one of its versions for people.</summary>
public sealed class DescribeModel(ModelRegistry registry, TimeProvider clock)
{
    public async Task<Receipt> Handle(string model, DescriptionWish wish, CancellationToken cancellation) =>
        Noted.Answer(await registry.Change(model, current => Decide(current, wish, clock.GetUtcNow()), cancellation));

    /// <summary>Decides, purely, on a wish.</summary>
    public static ModelChange Decide(RegisteredModel model, DescriptionWish wish, DateTimeOffset now)
    {
        if (Noted.Fault(model, wish.By, wish.Why) is { } fault)
        {
            return fault;
        }
        if (RegistryNames.ValueFault(wish.Description) is { } wrong)
        {
            return new ModelChange.Refused(400, wrong);
        }
        RegisteredVersion? version = wish.Version is null ? null : Noted.Find(model, wish.Version);
        if (wish.Version is not null && version is null)
        {
            return Noted.NoVersion(model, wish.Version);
        }
        string? description = wish.Description.Length == 0 ? null : wish.Description;
        if ((version is null ? model.Description : version.Description) == description)
        {
            return new ModelChange.Unchanged();
        }
        NoteChange change = new(now, version?.Version, null, description, Noted.Line(wish.By), Noted.Line(wish.Why));
        RegisteredModel next = version is null
            ? model with { Description = description }
            : model with { Versions = [.. model.Versions.Select(known => known == version ? known with { Description = description } : known)] };
        return new ModelChange.Changed(next with { Changes = [.. model.Changes, change] });
    }
}
