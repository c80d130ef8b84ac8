using System.Threading.Channels;
using LlmOps.Inference.Sampling;

namespace LlmOps.Inference.Engine;

/// <summary>A request for text in the engine's hands, as its caller sees it. The properties are final once the tokens have ended.</summary>
internal sealed class Generation : EngineRequest
{
    private readonly Channel<GeneratedToken> _tokens =
        Channel.CreateUnbounded<GeneratedToken>(new() { SingleReader = true });

    private readonly CancellationTokenRegistration _left;

    public Generation(GenerationRequest request, long arrivedAt, CancellationToken cancelled)
        : base(arrivedAt, cancelled)
    {
        Request = request;
        // Told once of a client that leaves; a reader that waits with a token of its own would pay for that with each token.
        _left = cancelled.UnsafeRegister(static (one, token) => ((Generation)one!)._tokens.Writer.TryComplete(new OperationCanceledException(token)), this);
    }

    public GenerationRequest Request { get; }

    public override int Priority => Request.Priority;

    public override int TokenCount => Request.Prompt.Count;

    /// <summary>The answer as it grows; reading throws what the engine could not answer for.</summary>
    public IAsyncEnumerable<GeneratedToken> Tokens => _tokens.Reader.ReadAllAsync(CancellationToken.None);

    /// <summary>Scores of the prompt's tokens from the second on; complete before the first token of the answer.</summary>
    public List<TokenScore> PromptScores { get; } = [];

    public FinishReason Finish { get; private set; }

    /// <summary>Tokens generated, the one that ends the answer included.</summary>
    public int GeneratedCount { get; private set; }

    /// <summary>Tokens of the prompt that were in the cache already.</summary>
    public int ReusedCount { get; set; }

    public void Emit(GeneratedToken token) => _tokens.Writer.TryWrite(token);

    public override void End(FinishReason reason, int generated, Exception? error = null)
    {
        (Finish, GeneratedCount) = (reason, generated);
        _left.Unregister();
        _tokens.Writer.TryComplete(error);
    }
}
