using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Engine;

/// <summary>What the engine is asked for.</summary>
internal sealed record GenerationRequest
{
    /// <summary>Token ids, at least one.</summary>
    public required IReadOnlyList<int> Prompt { get; init; }

    public required SamplingOptions Sampling { get; init; }

    /// <summary>Most tokens of the answer; 0 only scores the prompt.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>How many likely alternatives to list with each token's probability; null scores no token.</summary>
    public int? Likeliest { get; init; }

    /// <summary>Whether the prompt's own tokens are scored too.</summary>
    public bool ScorePrompt { get; init; }

    /// <summary>Requests of a lower number are worked on first.</summary>
    public int Priority { get; init; }

    /// <summary>Turns each token of the answer into text, in order, and says whether the text ends there.</summary>
    public required Func<int, Transcribed> Transcribe { get; init; }
}

/// <summary>Text that a token released, and whether a stop string ended the answer.</summary>
/// <param name="Offset">Place of the token's own text in the answer, in UTF-16 units.</param>
internal readonly record struct Transcribed(string Text, int Offset, bool Ended);

/// <summary>A token of the answer; the score is there when it was asked for.</summary>
internal readonly record struct GeneratedToken(int Token, Transcribed Text, TokenScore? Score);
