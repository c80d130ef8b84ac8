using System.Globalization;
using LlmOps.Ports;

namespace LlmOps.Registry;

/// <summary>What people may write on a model and on each of its versions.</summary>
internal sealed record Notes(string? Description, IReadOnlyDictionary<string, string> Tags);

/// <summary>Who notes what, and why: a tag by its key, or, without one, a description; on a version (its SemVer or number) or, without one, on the model.</summary>
internal sealed record NoteWish(string? Version, string? Key, string? Value, string By, string Why);

/// <summary>What the changes that people make have in common.</summary>
internal static class Noted
{
    // Notes are never taken back, and the document must stay small enough to be read whole at every look.
    private const int MostNoted = 4 << 20;
    private const int NoteOverhead = 500;

    /// <summary>What of a person's name or reason is kept.</summary>
    public static string Line(string text) => PlainText.OneLine(text);

    /// <summary>A version by its SemVer or by its number, or null.</summary>
    public static RegisteredVersion? Find(RegisteredModel model, string version) =>
        int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? model.Versions.ElementAtOrDefault(number - 1)
            : model.Versions.FirstOrDefault(known => known.Version == version);

    public static ModelChange.Refused NoVersion(RegisteredModel model, string version) =>
        new(404, $"{model.Model} has no version '{PlainText.OneLine(version, 80)}'");

    /// <summary>Decides on a note on the model or, where it names one, on a version; <paramref name="edit"/> gives the same back where it stands so already.</summary>
    /// <param name="wrong">What is wrong with the note itself, or null.</param>
    public static ModelChange Decide(RegisteredModel model, NoteWish wish, string? wrong, DateTimeOffset now, Func<Notes, Notes> edit)
    {
        if (Fault(model, wish.By, wish.Why) is { } fault)
        {
            return fault;
        }
        if (wrong is not null)
        {
            return new ModelChange.Refused(400, wrong);
        }
        RegisteredVersion? version = wish.Version is null ? null : Find(model, wish.Version);
        if (wish.Version is not null && version is null)
        {
            return NoVersion(model, wish.Version);
        }
        Notes before = version is null ? new Notes(model.Description, model.Tags) : new Notes(version.Description, version.Tags);
        Notes after = edit(before);
        if (after == before)
        {
            return new ModelChange.Unchanged();
        }
        if (after.Tags.Count > RegistryNames.MaxTags)
        {
            return new ModelChange.Refused(400, $"at most {RegistryNames.MaxTags} tags");
        }
        RegisteredModel next = version is null
            ? model with { Description = after.Description, Tags = after.Tags }
            : model with
            {
                Versions = [.. model.Versions.Select(known => known == version ? known with { Description = after.Description, Tags = after.Tags } : known)],
            };
        NoteChange change = new(now, version?.Version, wish.Key, wish.Value, Line(wish.By), Line(wish.Why));
        return new ModelChange.Changed(next with { Changes = [.. model.Changes, change] });
    }

    /// <summary>Why nobody may note this on the model, or null.</summary>
    public static ModelChange.Refused? Fault(RegisteredModel model, string by, string why) =>
        string.IsNullOrWhiteSpace(by) || string.IsNullOrWhiteSpace(why) ? new ModelChange.Refused(400, "give by and why")
        : model.Changes.Sum(change => NoteOverhead + (change.Value?.Length ?? 0)) > MostNoted ? new ModelChange.Refused(409, "the model's notes are full: nothing more is noted")
        : model.Versions.Count == 0 ? new ModelChange.Refused(404, $"no model '{PlainText.OneLine(model.Model, 80)}' is registered")
        : null;

    public static Receipt Answer(ModelChange change) => change switch
    {
        ModelChange.Refused refused => new Receipt(refused.Status, refused.Why),
        ModelChange.Changed => new Receipt(200, "changed"),
        _ => new Receipt(200, "it stands so already"),
    };
}
