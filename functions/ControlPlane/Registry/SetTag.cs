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
    public static ModelChange Decide(RegisteredModel model, TagWish wish, DateTimeOffset now) => Noted.Decide(
        model, new NoteWish(wish.Version, wish.Key, wish.Value, wish.By, wish.Why),
        RegistryNames.KeyFault(wish.Key) ?? RegistryNames.ValueFault(wish.Value ?? ""), now,
        notes =>
        {
            if (notes.Tags.GetValueOrDefault(wish.Key) == wish.Value)
            {
                return notes;
            }
            Dictionary<string, string> tags = new(notes.Tags);
            _ = wish.Value is null ? tags.Remove(wish.Key) : (tags[wish.Key] = wish.Value) is not null;
            return notes with { Tags = tags };
        });
}
