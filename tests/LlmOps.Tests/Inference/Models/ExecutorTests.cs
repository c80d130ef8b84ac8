using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Models.Executors;
using LlmOps.Tests.Inference.Models.Devices;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Models;

/// <summary>What every executor promises, tried on the same weights in both kinds of export.</summary>
public abstract class ExecutorTests : IDisposable
{
    private const int Vocabulary = 1024;
    private readonly IExecutor _executor;

    private readonly int[] _tokens =
        Samples.Tokenizer().Encode(string.Concat(Enumerable.Repeat("<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>The capital of Greece is Athens.<|eos|>", 15)));

    private protected ExecutorTests(ModelFolder folder, ComputeDevice? device = null) => _executor = OnnxModel.Load(folder, threads: 1, rows: 4, device);

    [Fact]
    public void Decoding_token_by_token_equals_reading_all_at_once()
    {
        int[] tokens = _tokens[..100];
        float[] whole = _executor.Score(0, tokens, past: 0).ToArray();
        for (int past = 0; past < tokens.Length; past++)
        {
            float[] row = _executor.Decode([tokens[past]], [past]).ToArray();
            AssertClose(whole.AsSpan(past * Vocabulary, Vocabulary), row);
        }
    }

    [Fact]
    public void Long_prompt_may_be_read_in_chunks()
    {
        int[] tokens = _tokens[.._executor.MaxScored];
        float[] whole = _executor.Score(0, tokens, past: 0).ToArray();
        _executor.Prefill(3, tokens.AsSpan()[..100], past: 0);
        float[] rest = _executor.Score(3, tokens.AsSpan()[100..], past: 100).ToArray();
        AssertClose(whole.AsSpan(100 * Vocabulary), rest);
    }

    [Fact]
    public void Last_row_alone_is_the_last_of_all()
    {
        float[] all = _executor.Score(0, _tokens.AsSpan()[..90], past: 0).ToArray();
        Assert.Equal(90 * Vocabulary, all.Length);
        ReadOnlySpan<float> last = _executor.Prefill(1, _tokens.AsSpan()[..90], past: 0);
        Assert.Equal(Vocabulary, last.Length);
        AssertClose(all.AsSpan()[^Vocabulary..], last);
    }

    [Fact]
    public void New_sequence_does_not_see_the_one_before()
    {
        float[] fresh = _executor.Prefill(1, _tokens.AsSpan()[..10], past: 0).ToArray();
        _executor.Prefill(1, _tokens.AsSpan()[20..220], past: 0);
        AssertClose(fresh, _executor.Prefill(1, _tokens.AsSpan()[..10], past: 0).ToArray());
    }

    [Fact]
    public void Rows_of_different_lengths_are_decoded_in_one_run_as_each_alone()
    {
        int[] lengths = [3, 200, 77];
        float[][] alone = [.. lengths.Select(length => _executor.Prefill(3, _tokens.AsSpan(0, length + 1), past: 0)[^Vocabulary..].ToArray())];
        for (int row = 0; row < lengths.Length; row++) _executor.Prefill(row, _tokens.AsSpan(0, lengths[row]), past: 0);
        float[] together = _executor.Decode([_tokens[3], _tokens[200], _tokens[77]], lengths).ToArray();
        for (int row = 0; row < lengths.Length; row++) AssertClose(alone[row], together.AsSpan(row * Vocabulary, Vocabulary));
    }

    [Fact]
    public void Copied_beginning_goes_on_as_the_original()
    {
        _executor.Prefill(0, _tokens.AsSpan()[..60], past: 0);
        _executor.Prefill(2, _tokens.AsSpan()[100..150], past: 0);
        float[] expected = _executor.Prefill(1, _tokens.AsSpan()[..50], past: 0)[^Vocabulary..].ToArray();
        _executor.Copy(0, 2, length: 40);
        AssertClose(expected, _executor.Prefill(2, _tokens.AsSpan()[40..50], past: 40)[^Vocabulary..].ToArray());
        AssertClose(expected, _executor.Prefill(0, _tokens.AsSpan()[40..50], past: 40)[^Vocabulary..].ToArray());
    }

    [Fact]
    public void Runs_beyond_the_context_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _executor.Prefill(0, [1, 2], past: 511).Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => _executor.Decode([1], [512]).Length);
    }

    public void Dispose()
    {
        _executor.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-3, $"logit {i}: {expected[i]} and {actual[i]}");
    }
}

public sealed class SlotExecutorTests() : ExecutorTests(Samples.Open());

public sealed class SlotExecutorOnDeviceTests() : ExecutorTests(Samples.Open(), new DistantMemory());

public sealed class ConcatExecutorTests() : ExecutorTests(
    ModelFolder.Open(Repository.At("tests", "LlmOps.Tests", "Inference", "Models", "optimum"), "tiny-ops", "1.1.0", requireRelease: false));
