using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Engine;

/// <summary>Makes text: each request is a sequence of the batch.</summary>
internal sealed class TextWorker : IWorker<Generation>
{
    private readonly IExecutor _executor;
    private readonly DecoderConfig _config;
    private readonly IReadOnlySet<int> _endTokens;
    private readonly PromptMetrics _prompts;
    private readonly Batch _batch;
    private readonly Action<Sequence, Exception> _failed;

    /// <param name="executor">The loaded model; the worker's from now on.</param>
    /// <param name="config">Sizes of the model.</param>
    /// <param name="endTokens">Tokens that end an answer.</param>
    /// <param name="prompts">Counts what was read.</param>
    /// <param name="failed">Is told of each request that cannot go on and why.</param>
    public TextWorker(IExecutor executor, DecoderConfig config, IReadOnlySet<int> endTokens, PromptMetrics prompts, Action<Generation, Exception> failed)
    {
        (_executor, _config, _endTokens, _prompts) = (executor, config, endTokens, prompts);
        _batch = new Batch(executor, config.VocabularySize, config.ContextLength);
        _failed = (sequence, error) => failed(sequence.Generation, error);
    }

    /// <summary>What the cache lies on.</summary>
    public required string Device { get; init; }

    public int AtATime => _executor.Rows;

    public int Count => _batch.Count;

    public Generation this[int index] => _batch[index].Generation;

    public bool HasRoom => _batch.HasRoom;

    public double CacheUsage => _batch.CacheUsage;

    public CacheSize? Cache => new(_executor.Rows, _config.ContextLength, Device);

    public void Enter(Generation request) => _batch.Enter(new Sequence(request, request.Times!, _endTokens, _config.VocabularySize));

    public void Turn() => _batch.Turn(_failed);

    public FinishReason? EndOf(int index) => _batch[index].Finish;

    public int Leave(Generation request, FinishReason reason, bool failed)
    {
        Sequence sequence = _batch.Of(request);
        _batch.Leave(sequence, failed);
        _prompts.Read(request.TokenCount, Math.Min(sequence.Cached, request.TokenCount), request.ReusedCount);
        return sequence.Generated;
    }

    public void Dispose() => _executor.Dispose();
}
