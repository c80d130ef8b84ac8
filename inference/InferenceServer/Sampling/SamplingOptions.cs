using LlmOps.Inference.Sampling.Constraints;

namespace LlmOps.Inference.Sampling;

/// <summary>How the next token is drawn. What changes the logits comes first, then the constraint, then what cuts the rare ones off.</summary>
/// <param name="Temperature">Divides the logits; 0 means always the likeliest token.</param>
/// <param name="TopP">Share of probability, over 0 and up to 1, that the kept tokens must reach; 1 keeps all.</param>
/// <param name="TopK">Number of likeliest tokens kept; 0 keeps all.</param>
/// <param name="Seed">The same seed draws the same tokens.</param>
internal sealed record SamplingOptions(double Temperature, double TopP, int TopK, long Seed)
{
    /// <summary>Tokens less likely than this share of the likeliest are cut off; 0 keeps all.</summary>
    public double MinP { get; init; }

    /// <summary>Taken from the logit of each token that the answer has already, -2 to 2.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Taken from a token's logit as often as the answer has it, -2 to 2.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Divides the positive and multiplies the negative logits of tokens that prompt or answer have; 1 changes nothing.</summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>Added to the logits of these tokens.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>What the answer's text has to follow; null allows all.</summary>
    public TextRule? Constraint { get; init; }

    /// <summary>Tokens that end the answer: a constraint allows them only where the text may end.</summary>
    public IReadOnlySet<int> EndTokens { get; init; } = new HashSet<int>();

    public bool Greedy => Temperature == 0 || TopK == 1;

    /// <summary>Whether the likeliest token of the model is not simply the one to take.</summary>
    public bool ChangesLogits =>
        PresencePenalty != 0 || FrequencyPenalty != 0 || RepetitionPenalty != 1 || LogitBias.Count > 0;
}
