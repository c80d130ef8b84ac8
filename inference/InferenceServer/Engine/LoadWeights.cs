using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;

namespace LlmOps.Inference.Engine;

/// <summary>Loads weights and makes their first runs, which pay for memory and kernels: no request should.</summary>
internal static class LoadWeights
{
    private const int FirstTokens = 8;

    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public static IExecutor Decoder(ModelFolder folder, EngineOptions options) =>
        Warm(folder, OnnxModel.Load(folder, options.Threads, options.Rows, options.Device), executor =>
        {
            executor.Prefill(0, new int[Math.Min(FirstTokens, folder.Decoder.ContextLength - 1)], past: 0);
            executor.Decode(new int[executor.Rows], new int[executor.Rows]);
        });

    /// <exception cref="RefusedModelException">The weights cannot be served.</exception>
    public static EmbeddingExecutor Embedder(ModelFolder folder, EngineOptions options) =>
        Warm(folder, OnnxModel.LoadEmbedder(folder, options.Threads, options.Device), executor => executor.Run([new int[Math.Min(FirstTokens, folder.Decoder.ContextLength)], [0]]));

    private static T Warm<T>(ModelFolder folder, T executor, Action<T> firstRuns)
        where T : IDisposable
    {
        try
        {
            firstRuns(executor);
            return executor;
        }
        catch (Exception e)
        {
            executor.Dispose();
            throw new RefusedModelException($"{folder.Decoder.ModelFile}: the first run failed ({e.Message})");
        }
    }
}
