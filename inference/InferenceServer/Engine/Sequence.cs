using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Engine;

/// <summary>A request being worked on: its tokens so far and how many of them the cache holds.</summary>
internal sealed class Sequence(Generation generation, IReadOnlySet<int> endTokens, int vocabulary)
{
    private readonly GenerationRequest _request = generation.Request;
    private readonly Sampler _sampler = new(generation.Request.Sampling);
    private readonly List<int> _tokens = [.. generation.Request.Prompt];

    /// <summary>Tokens of the sequence that are in the cache.</summary>
    public int Cached { get; private set; }

    public int Generated => _tokens.Count - _request.Prompt.Count;

    public FinishReason? Finish { get; private set; }

    public Step Plan(int chunk) => Step.Plan(_tokens.Count, Cached, chunk);

    public int[] Inputs(Step step) => [.. _tokens.Skip(step.First).Take(step.Count)];

    /// <summary>Takes the result of a step.</summary>
    /// <param name="step">The step that ran.</param>
    /// <param name="logits">Shape [step's count, vocabulary], row by row.</param>
    public void Accept(Step step, ReadOnlySpan<float> logits)
    {
        Cached += step.Count;
        ScorePrompt(step, logits);
        if (step.ReachesEnd) Extend(logits[((step.Count - 1) * vocabulary)..]);
    }

    private void ScorePrompt(Step step, ReadOnlySpan<float> logits)
    {
        if (!_request.ScorePrompt) return;
        for (int row = 0; row < step.Count && step.First + row + 1 < _request.Prompt.Count; row++)
        {
            int next = _request.Prompt[step.First + row + 1];
            generation.PromptScores.Add(TokenScore.Of(logits.Slice(row * vocabulary, vocabulary), next, _request.Likeliest ?? 0));
        }
    }

    private void Extend(ReadOnlySpan<float> logits)
    {
        if (_request.MaxTokens == 0)
        {
            Finish = FinishReason.Length;
            return;
        }
        int token = _sampler.Next(logits);
        _tokens.Add(token);
        if (endTokens.Contains(token))
        {
            Finish = FinishReason.Stop;
            return;
        }
        Transcribed text = _request.Transcribe(token);
        generation.Emit(new GeneratedToken(token, text, _request.Likeliest is { } likeliest ? TokenScore.Of(logits, token, likeliest) : null));
        if (text.Ended) Finish = FinishReason.Stop;
        else if (Generated == _request.MaxTokens) Finish = FinishReason.Length;
    }
}
