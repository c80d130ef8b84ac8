using System.Runtime.InteropServices;

namespace LlmOps.Inference.Sampling;

/// <summary>
/// Changes logits by what was said before: presence and frequency as OpenAI defines them, over the answer alone; repetition as
/// Keskar et al. 2019 (CTRL) do, over prompt and answer; and what a request adds to tokens of its choice.
/// </summary>
internal sealed class Penalties
{
    private readonly SamplingOptions _options;
    private readonly Dictionary<int, int> _counts = [];
    private readonly (int Token, float Bias)[] _biases;

    public Penalties(SamplingOptions options, IEnumerable<int> prompt)
    {
        _options = options;
        _biases = [.. options.LogitBias.Select(one => (one.Key, one.Value))];
        if (options.RepetitionPenalty == 1) return;
        foreach (int token in prompt) _counts.TryAdd(token, 0);
    }

    /// <summary>Remembers a token of the answer.</summary>
    public void Count(int token) => CollectionsMarshal.GetValueRefOrAddDefault(_counts, token, out _)++;

    public void Apply(Span<float> logits)
    {
        foreach ((int token, float bias) in _biases) logits[token] += bias;
        foreach ((int token, int count) in _counts)
        {
            ref float logit = ref logits[token];
            logit = logit > 0 ? logit / _options.RepetitionPenalty : logit * _options.RepetitionPenalty;
            if (count > 0) logit -= _options.PresencePenalty + (count * _options.FrequencyPenalty);
        }
    }
}
