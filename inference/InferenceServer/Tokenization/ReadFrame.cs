namespace LlmOps.Inference.Tokenization;

/// <summary>Reads from the post-processor which token ids are put around a text.</summary>
internal static class ReadFrame
{
    public static (IReadOnlyList<int> Before, IReadOnlyList<int> After) From(Part? part)
    {
        if (part is not { } one) return ([], []);
        switch (one.Type)
        {
            case "ByteLevel":
                return ([], []);
            case "Sequence":
                (IReadOnlyList<int> Before, IReadOnlyList<int> After)[] frames = [.. one.Items("processors").Select(processor => From(processor))];
                return ([.. frames.Reverse().SelectMany(frame => frame.Before)], [.. frames.SelectMany(frame => frame.After)]);
            case "TemplateProcessing":
                Part[] items = [.. one.Items("single")];
                int text = Array.FindIndex(items, item => item.Find("Sequence") is not null);
                return (Ids(one, items[..text]), Ids(one, items[(text + 1)..]));
            default:
                throw one.Unsupported();
        }
    }

    private static IReadOnlyList<int> Ids(Part template, Part[] items) =>
        [.. items.SelectMany(item => template.Get("special_tokens").Get(item.Get("SpecialToken").Text("id")).Items("ids").Select(id => id.Json.GetInt32()))];
}
