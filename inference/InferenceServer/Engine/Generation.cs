using System.Threading.Channels;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Engine;

/// <summary>A request in the engine's hands, as its caller sees it. The properties are final once the tokens have ended.</summary>
internal sealed class Generation(GenerationRequest request, long arrivedAt, CancellationToken cancelled) : IWaiting
{
    private readonly Channel<GeneratedToken> _tokens =
        Channel.CreateUnbounded<GeneratedToken>(new() { SingleReader = true, SingleWriter = true });

    public GenerationRequest Request => request;

    public int Priority => request.Priority;

    public int TokenCount => request.Prompt.Count;

    /// <summary>Timestamp of the clock at arrival.</summary>
    public long ArrivedAt => arrivedAt;

    public CancellationToken Cancelled => cancelled;

    /// <summary>The answer as it grows; reading throws what the engine could not answer for.</summary>
    public IAsyncEnumerable<GeneratedToken> Tokens => _tokens.Reader.ReadAllAsync(cancelled);

    /// <summary>Scores of the prompt's tokens from the second on; complete before the first token of the answer.</summary>
    public List<TokenScore> PromptScores { get; } = [];

    public FinishReason Finish { get; private set; }

    /// <summary>Tokens generated, the one that ends the answer included.</summary>
    public int GeneratedCount { get; private set; }

    /// <summary>Tokens of the prompt that were in the cache already.</summary>
    public int ReusedCount { get; set; }

    /// <summary>When the work began and when tokens came; null before it began.</summary>
    public RequestClock? Times { get; set; }

    public void Emit(GeneratedToken token) => _tokens.Writer.TryWrite(token);

    public void End(FinishReason reason, int generated, Exception? error = null)
    {
        (Finish, GeneratedCount) = (reason, generated);
        _tokens.Writer.TryComplete(error);
    }
}
