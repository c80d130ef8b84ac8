using System.Security.Cryptography;
using LlmOps.Inference.Endpoints.Keys;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Endpoints.Cache;

/// <summary>
/// Hashes all that decides the tokens of an answer: the version, the prompts, how each token is drawn and where it ends; and who asks, so
/// that the time of an answer tells nobody what others have asked. How it is written is left out: it is done anew each time.
/// </summary>
internal static class AnswerHash
{
    public static string Of(ParsedRequest request, ServedModel served, ApiKey? key)
    {
        using MemoryStream bytes = new();
        using BinaryWriter all = new(bytes);
        all.Write(served.Name);
        all.Write(served.Version);
        // Without a digest a folder may hold something else the next time it is opened.
        all.Write(served.Digest ?? $"{served.StartedAt.UtcTicks}");
        all.Write(key?.Sha256 ?? "");
        Write(all, request.Shared.Stops);
        foreach (Choice choice in request.Choices)
        {
            GenerationRequest one = choice.Request;
            all.Write(one.Prompt.Count);
            foreach (int token in one.Prompt) all.Write(token);
            all.Write(one.MaxTokens);
            all.Write(one.Likeliest ?? -1);
            all.Write(one.ScorePrompt);
            Write(all, one.Sampling);
        }
        all.Flush();
        return Convert.ToHexString(SHA256.HashData(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)));
    }

    // Nothing is drawn by chance where the likeliest token is always taken.
    private static void Write(BinaryWriter all, SamplingOptions sampling)
    {
        all.Write(sampling.Greedy);
        if (!sampling.Greedy)
        {
            all.Write(sampling.Temperature);
            all.Write(sampling.TopP);
            all.Write(sampling.TopK);
            all.Write(sampling.MinP);
            all.Write(sampling.Seed);
        }
        all.Write(sampling.PresencePenalty);
        all.Write(sampling.FrequencyPenalty);
        all.Write(sampling.RepetitionPenalty);
        all.Write(sampling.LogitBias.Count);
        foreach ((int token, float bias) in sampling.LogitBias.OrderBy(one => one.Key))
        {
            all.Write(token);
            all.Write(bias);
        }
        all.Write(sampling.Constraint?.Key ?? "");
    }

    private static void Write(BinaryWriter all, IReadOnlyList<string> texts)
    {
        all.Write(texts.Count);
        foreach (string text in texts) all.Write(text);
    }
}
