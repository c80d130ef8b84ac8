namespace LlmOps.Inference.Tokenization.Templates.Values;

/// <summary>How much there is to a value: characters and items, those of its parts with it. Bounds what walking it may cost.</summary>
internal static class Weight
{
    // A list that holds a list twice, and so on, doubles with every step.
    private const long Most = 16 * 1024 * 1024;

    public static long Of(object? value) => value switch
    {
        string text => text.Length,
        Sequence sequence => sequence.Weight,
        Mapping mapping => mapping.Weight,
        _ => 1,
    };

    /// <summary>The weight of a value with such parts.</summary>
    /// <exception cref="TemplateException">It is too much.</exception>
    public static long OfAll(IEnumerable<object?> parts)
    {
        long weight = 1;
        foreach (object? part in parts)
        {
            if ((weight += 1 + Of(part)) > Most) throw new TemplateException($"a value holds over {Most} characters");
        }
        return weight;
    }
}
