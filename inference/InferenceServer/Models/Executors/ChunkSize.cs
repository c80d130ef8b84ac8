namespace LlmOps.Inference.Models.Executors;

/// <summary>How many tokens of a prompt are read in one run.</summary>
internal static class ChunkSize
{
    /// <summary>Most tokens of one run.</summary>
    public const int Most = 256;

    private const int Least = 32;
    private const long LogitBytes = 64L * 1024 * 1024;

    /// <summary>Tokens whose logits are all wanted: as many as these fit into 64 MiB, within 32 and 256.</summary>
    public static int Scored(DecoderConfig config) =>
        (int)Math.Clamp(LogitBytes / (config.VocabularySize * (long)sizeof(float)), Least, Math.Min(Most, Math.Max(Least, config.ContextLength)));
}
