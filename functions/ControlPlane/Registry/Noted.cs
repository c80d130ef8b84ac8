using System.Globalization;
using LlmOps.Ports;

namespace LlmOps.Registry;

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
