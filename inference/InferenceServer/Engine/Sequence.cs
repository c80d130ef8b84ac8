using System.Runtime.InteropServices;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Engine;

/// <summary>A request being worked on: its tokens so far, how many of them the cache holds, and in which row.</summary>
internal sealed class Sequence(Generation generation, RequestClock times, IReadOnlySet<int> endTokens, int vocabulary)
{
    private readonly GenerationRequest _request = generation.Request;
    private readonly Sampler _sampler = new(generation.Request.Sampling, generation.Request.Prompt);

    public Generation Generation => generation;

    public RequestClock Times => times;

    /// <summary>The prompt, then the answer.</summary>
    public List<int> Tokens { get; } = [.. generation.Request.Prompt];

    /// <summary>Tokens of the sequence that are in the cache.</summary>
    public int Cached { get; private set; }

    /// <summary>Row of the cache that it works in.</summary>
    public int Row { get; private set; }

    public int Generated => Tokens.Count - _request.Prompt.Count;

    public FinishReason? Finish { get; private set; }

    /// <summary>Whether exactly one token is to be run, as of every sequence that has read its prompt.</summary>
    public bool Decodes => Finish is null && Tokens.Count - Cached == 1;

    public ReadOnlySpan<int> CachedTokens => CollectionsMarshal.AsSpan(Tokens)[..Cached];

    /// <summary>
    /// The part of the prompt that may be found in the cache: at least one token has to be run for the next one, and all of them
    /// where each is to be scored.
    /// </summary>
    public ReadOnlySpan<int> Reusable => _request.ScorePrompt ? [] : CollectionsMarshal.AsSpan(Tokens)[..^1];

    /// <summary>Whether it is to know what the model expects after each token of the prompt.</summary>
    public bool Scores => _request.ScorePrompt;

    /// <summary>Whether a token of it has been run.</summary>
    public bool Started { get; private set; }

    public void MoveTo(int row) => Row = row;

    /// <summary>Learns that the cache holds its first tokens already.</summary>
    public void Reuse(int cached) => Cached = generation.ReusedCount = cached;

    public Step Plan(int chunk) => Step.Plan(Tokens.Count, Cached, chunk);

    /// <summary>The tokens of a step, valid until the sequence grows.</summary>
    public ReadOnlySpan<int> Inputs(Step step) => CollectionsMarshal.AsSpan(Tokens).Slice(step.First, step.Count);

    /// <summary>Takes the result of a step.</summary>
    /// <param name="step">The step that ran.</param>
    /// <param name="logits">Shape [step's count, vocabulary], row by row, for a sequence that <see cref="Scores"/>; the last row for others.</param>
    public void Accept(Step step, ReadOnlySpan<float> logits)
    {
        Cached += step.Count;
        Started = true;
        ScorePrompt(step, logits);
        if (step.ReachesEnd) Extend(logits[^vocabulary..]);
        times.Stepped(Generated);
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
        Tokens.Add(token);
        if (endTokens.Contains(token))
        {
            Finish = FinishReason.Stop;
            return;
        }
        Transcribed text = _request.Transcribe(token);
        generation.Emit(new GeneratedToken(token, text, _request.Likeliest is { } likeliest ? TokenScore.Of(logits, token, likeliest) : null));
        if (text.Ended || _sampler.Ended) Finish = FinishReason.Stop;
        else if (Generated == _request.MaxTokens) Finish = FinishReason.Length;
    }
}
