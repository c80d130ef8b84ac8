using LlmOps.Inference.Endpoints;
using LlmOps.Inference.Engine;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using LlmOps.Inference.Sampling;
using LlmOps.Inference.Telemetry;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Engine;

/// <summary>What a token costs the collector on the engine's thread, in bytes; the model itself is left out.</summary>
public sealed class TurnMemoryTests
{
    // Lists of tokens double now and then; not between these.
    private const int From = 550;
    private const int To = 950;

    public static TheoryData<string> Samplings => ["greedy", "drawn", "biased"];

    [Theory]
    [MemberData(nameof(Samplings))]
    public void Turn_takes_no_memory(string sampling)
    {
        ServerMetrics metrics = new("m", "1.0.0", "blue");
        DecoderConfig config = Samples.Open().Decoder;
        RequestLoop<Generation> loop = new(
            failed => new TextWorker(new OneToken(config.VocabularySize), config, new HashSet<int>(), metrics.Prompts, failed) { Device = "cpu" },
            new EngineOptions(1, 1, 10, 1000, TimeSpan.FromDays(1), TimeSpan.FromDays(1)), metrics, TimeProvider.System, NullLogger.Instance);
        Transcript transcript = new(Samples.Tokenizer(), ["zebra"], 0);
        IAsyncEnumerator<GeneratedToken>? reader = null;
        long[] allocated = new long[To + 1];
        int tokens = 0;
        Generation generation = loop.Submit(at => new Generation(
            new GenerationRequest
            {
                Prompt = [1],
                Sampling = sampling switch
                {
                    "greedy" => new SamplingOptions(Temperature: 0, TopP: 1, TopK: 0, Seed: 0),
                    "drawn" => new SamplingOptions(Temperature: 1, TopP: 0.9, TopK: 40, Seed: 0),
                    _ => new SamplingOptions(Temperature: 0, TopP: 1, TopK: 0, Seed: 0) { LogitBias = new Dictionary<int, float> { [2] = -100 }, FrequencyPenalty = 0.001f },
                },
                MaxTokens = To,
                Transcribe = token =>
                {
                    // What was emitted is read at once, as by a client that keeps up.
                    if (tokens > 0) Assert.True(IsThere(reader!.MoveNextAsync()));
                    allocated[++tokens] = GC.GetAllocatedBytesForCurrentThread();
                    return transcript.Append(token);
                },
            }, at, default)).Taken!;
        reader = generation.Tokens.GetAsyncEnumerator();
        loop.Close();
        loop.Run(_ => { });
        Assert.Equal((To, FinishReason.Length), (generation.GeneratedCount, generation.Finish));
        // Less than a byte a token.
        Assert.InRange(allocated[To] - allocated[From], 0, To - From - 1);
    }

    private static bool IsThere(ValueTask<bool> read) => read.IsCompletedSuccessfully && read.Result;

    /// <summary>A model that always expects the same word.</summary>
    private sealed class OneToken : IExecutor
    {
        private readonly float[] _logits;

        public OneToken(int vocabulary)
        {
            _logits = new float[vocabulary];
            _logits[Samples.Tokenizer().Encode(" capital")[0]] = 5;
        }

        public int Rows => 2;

        public int MaxChunk => 16;

        public int MaxScored => 16;

        public ReadOnlySpan<float> Prefill(int row, scoped ReadOnlySpan<int> tokens, int past) => _logits;

        public ReadOnlySpan<float> Score(int row, scoped ReadOnlySpan<int> tokens, int past) => _logits;

        public ReadOnlySpan<float> Decode(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past) => _logits;

        public void Copy(int from, int to, int length)
        {
        }

        public void Dispose()
        {
        }
    }
}
