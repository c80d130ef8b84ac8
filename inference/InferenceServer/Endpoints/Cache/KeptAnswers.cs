using LlmOps.Inference.Engine;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Endpoints.Cache;

/// <summary>The answers to one request: tokens only, which each request that has them again writes in its own form.</summary>
internal sealed class KeptAnswers
{
    private readonly KeptAnswer[] _choices;

    public KeptAnswers(IReadOnlyList<Generation> generations, IReadOnlyList<IReadOnlyList<GeneratedToken>> tokens)
    {
        _choices = [.. generations.Select((one, i) => new KeptAnswer(
            [.. tokens[i].Select(token => (token.Token, token.Score))], [.. one.PromptScores], one.Finish, one.GeneratedCount))];
        Bytes = _choices.Sum(choice => choice.Bytes);
    }

    /// <summary>About the memory that they take.</summary>
    public long Bytes { get; }

    /// <summary>Answers that have ended already; none of the prompt's tokens was computed for them.</summary>
    public List<Generation> Replay(ParsedRequest request, CancellationToken cancelled) =>
        [.. request.Choices.Zip(_choices, (choice, kept) => kept.Replay(choice.Request, cancelled))];

    private sealed record KeptAnswer((int Token, TokenScore? Score)[] Tokens, TokenScore[] PromptScores, FinishReason Finish, int Generated)
    {
        private const int BytesOfAnswer = 256;
        private const int BytesOfToken = 16;
        private const int BytesOfScore = 64;
        private const int BytesOfLikely = 8;

        public long Bytes => BytesOfAnswer + (Tokens.Length * (long)BytesOfToken)
            + Tokens.Select(token => token.Score).Concat(PromptScores).OfType<TokenScore>().Sum(score => BytesOfScore + (BytesOfLikely * (long)score.Likeliest.Count));

        public Generation Replay(GenerationRequest request, CancellationToken cancelled)
        {
            Generation generation = new(request, arrivedAt: 0, cancelled) { ReusedCount = request.Prompt.Count };
            generation.PromptScores.AddRange(PromptScores);
            foreach ((int token, TokenScore? score) in Tokens) generation.Emit(new GeneratedToken(token, request.Transcribe(token), score));
            generation.End(Finish, Generated);
            return generation;
        }
    }
}
