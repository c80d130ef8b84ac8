namespace LlmOps.Inference.Sampling;

/// <summary>How the next token is drawn.</summary>
/// <param name="Temperature">Divides the logits; 0 means always the likeliest token.</param>
/// <param name="TopP">Share of probability, over 0 and up to 1, that the kept tokens must reach; 1 keeps all.</param>
/// <param name="TopK">Number of likeliest tokens kept; 0 keeps all.</param>
/// <param name="Seed">The same seed draws the same tokens.</param>
internal sealed record SamplingOptions(double Temperature, double TopP, int TopK, long Seed)
{
    public bool Greedy => Temperature == 0 || TopK == 1;
}
