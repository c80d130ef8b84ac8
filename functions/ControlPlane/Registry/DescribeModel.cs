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
        string? description = string.IsNullOrEmpty(wish.Description) ? null : wish.Description;
        return Noted.Decide(
            model, new NoteWish(wish.Version, null, description, wish.By, wish.Why), RegistryNames.ValueFault(wish.Description), now,
            notes => notes.Description == description ? notes : notes with { Description = description });
    }
}
