using LlmOps.Inference.Sampling.Grammars;

namespace LlmOps.Tests.Inference.Sampling;

/// <summary>Draws texts of a grammar byte by byte. Steps that lead elsewhere are as likely as one another, so that texts end.</summary>
internal static class RandomText
{
    /// <summary>A text or the beginning of one; null where it would have to be whole and is too long.</summary>
    public static byte[]? Of(GrammarState state, Random random, int most, bool whole)
    {
        List<byte> text = [];
        while (!(state.MayEnd && (state.Ended || random.Next(3) == 0)))
        {
            if (text.Count == most) return whole ? null : [.. text];
            byte[][] steps =
            [
                .. Enumerable.Range(0, 256).Select(value => (byte)value).Where(value => !state.After(value).IsDead)
                    .GroupBy(value => state.After(value)).Select(one => one.ToArray()),
            ];
            if (steps.Length == 0) return null;
            byte[] step = steps[random.Next(steps.Length)];
            text.Add(step[random.Next(step.Length)]);
            state = state.After(text[^1]);
        }
        return [.. text];
    }
}
