using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Tokenization;

namespace LlmOps.Inference.Endpoints;

/// <summary>Collects the parallel lists in which completions report log probabilities.</summary>
internal sealed class ScoredTokens(Tokenizer tokenizer)
{
    private readonly List<string> _tokens = [];
    private readonly List<float?> _scores = [];
    private readonly List<IReadOnlyDictionary<string, float>?> _likeliest = [];
    private readonly List<int> _offsets = [];

    public TextLogProbabilities OnTheWire => new(_tokens, _scores, _likeliest, _offsets);

    /// <summary>Adds the first token of a prompt, which nothing predicts.</summary>
    public void AddFirst(int token)
    {
        _tokens.Add(tokenizer.Decode([token]));
        _scores.Add(null);
        _likeliest.Add(null);
        _offsets.Add(0);
    }

    /// <summary>Adds a token.</summary>
    /// <param name="score">Its score.</param>
    /// <param name="offset">Its place in the text, in UTF-16 units.</param>
    public void Add(TokenScore score, int offset)
    {
        // Tokens that are parts of characters may look alike; the likeliest keeps the name.
        Dictionary<string, float> likeliest = [];
        foreach ((int token, float logProbability) in score.Likeliest) likeliest.TryAdd(tokenizer.Decode([token]), logProbability);
        _tokens.Add(tokenizer.Decode([score.Token]));
        _scores.Add(score.LogProbability);
        _likeliest.Add(likeliest);
        _offsets.Add(offset);
    }
}
