using LlmOps.Inference.Tokenization.Normalization;

namespace LlmOps.Inference.Tokenization;

/// <summary>Reads the normaliser of a <c>tokenizer.json</c>.</summary>
internal static class ReadNormalizer
{
    public static Func<string, string> From(Part? normalizer) => normalizer is { } part ? Read(part) : text => text;

    private static Func<string, string> Read(Part part)
    {
        switch (part.Type)
        {
            case "Sequence":
                Func<string, string>[] steps = [.. part.Items("normalizers").Select(Read)];
                return text => steps.Aggregate(text, (at, step) => step(at));
            case "NFC":
                return CanonicalForm.C;
            case "NFD":
                return CanonicalForm.D;
            case "Lowercase":
                return text => text.ToLowerInvariant();
            case "Prepend":
                string prepended = part.Text("prepend");
                return text => text.Length == 0 ? text : prepended + text;
            case "Strip":
                (bool left, bool right) = (part.Flag("strip_left"), part.Flag("strip_right"));
                return text => left ? (right ? text.Trim() : text.TrimStart()) : right ? text.TrimEnd() : text;
            case "Replace":
                SplitPattern pattern = SplitPattern.Read(part.Get("pattern"));
                string content = part.Text("content");
                return text => pattern.Replace(text, content);
            default:
                throw part.Unsupported();
        }
    }
}
