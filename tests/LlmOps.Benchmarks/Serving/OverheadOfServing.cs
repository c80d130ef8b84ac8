using System.Numerics.Tensors;
using LlmOps.Benchmarks.Serving.Engines;
using LlmOps.Benchmarks.Serving.Model;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;

namespace LlmOps.Benchmarks.Serving;

/// <summary>
/// What HTTP, scheduling, sampling and text cost at one stream: the server against a bare loop over the same executor in this process,
/// in turn, both reading the same prompts and choosing the likeliest token.
/// </summary>
internal static class OverheadOfServing
{
    public static async Task<Comparison> Measure(GeneratedModel model, string precision, int threads, int tokens, int rounds)
    {
        using OurServer server = await OurServer.Start(model, precision, threads, rows: 1);
        server.Pause();
        using IExecutor bare = OnnxModel.Load(ModelFolder.Open(model.Onnx(precision), null, null, requireRelease: false), threads, rows: 1);
        List<Round> measured = [];
        for (int round = -1; round < rounds; round++)
        {
            Burst burst = Prompts.Burst(model.Shape, 1000 + round, 1, tokens, tokens);
            server.Resume();
            StreamTimes answer = (await server.Answer(burst))[0];
            server.Pause();
            double loop = Loop(bare, [.. burst.Prompts[0]], tokens);
            if (round >= 0) measured.Add(new Round(tokens / answer.Milliseconds[^1] * 1000, tokens / loop));
        }
        server.Resume();
        return Comparison.Of($"{precision}, one stream through the server", "tokens/s", "the bare decode loop", measured);
    }

    // Seconds for one answer.
    private static double Loop(IExecutor model, int[] prompt, int tokens)
    {
        long start = TimeProvider.System.GetTimestamp();
        int next = 0;
        for (int past = 0; past < prompt.Length;)
        {
            int chunk = Math.Min(model.MaxChunk, prompt.Length - past);
            next = TensorPrimitives.IndexOfMax(model.Prefill(0, prompt.AsSpan(past, chunk), past));
            past += chunk;
        }
        for (int made = 1; made < tokens; made++) next = TensorPrimitives.IndexOfMax(model.Decode([next], [prompt.Length + made - 1]));
        return TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }
}
