using LlmOps.Inference.Models;

namespace LlmOps.Tests.Inference.Models;

public sealed class OnnxModelTests : IDisposable
{
    private const int Vocabulary = 1024;
    private readonly OnnxModel _model = OnnxModel.Load(Samples.Open(), threads: 1);

    private readonly int[] _tokens =
        Samples.Tokenizer().Encode(string.Concat(Enumerable.Repeat("<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>The capital of Greece is Athens.<|eos|>", 15)));

    [Fact]
    public void Decoding_in_place_equals_reading_all_at_once()
    {
        int[] tokens = _tokens[..100];
        float[] whole = _model.Run(tokens, past: 0).ToArray();
        for (int past = 0; past < tokens.Length; past++)
        {
            float[] row = _model.Run([tokens[past]], past).ToArray();
            AssertClose(whole.AsSpan(past * Vocabulary, Vocabulary), row);
        }
    }

    [Fact]
    public void Long_prompt_may_be_read_in_chunks()
    {
        int[] tokens = _tokens[..OnnxModel.ChunkLength];
        float[] whole = _model.Run(tokens, past: 0).ToArray();
        _model.Run(tokens.AsSpan()[..100], past: 0);
        float[] rest = _model.Run(tokens.AsSpan()[100..], past: 100).ToArray();
        AssertClose(whole.AsSpan(100 * Vocabulary), rest);
    }

    [Fact]
    public void New_sequence_does_not_see_the_one_before()
    {
        float[] fresh = _model.Run(_tokens.AsSpan()[..10], past: 0).ToArray();
        _model.Run(_tokens.AsSpan()[20..220], past: 0);
        AssertClose(fresh, _model.Run(_tokens.AsSpan()[..10], past: 0).ToArray());
    }

    [Fact]
    public void Runs_beyond_the_context_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => _model.Run([1, 2], past: 511).Length);
    }

    public void Dispose() => _model.Dispose();

    private static void AssertClose(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-3, $"logit {i}: {expected[i]} and {actual[i]}");
    }
}
