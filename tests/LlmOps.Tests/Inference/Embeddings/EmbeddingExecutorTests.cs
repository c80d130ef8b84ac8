using System.Numerics.Tensors;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;

namespace LlmOps.Tests.Inference.Embeddings;

public sealed class EmbeddingExecutorTests
{
    private const int Vocabulary = 1024;
    private static readonly int[] Long = Samples.Tokenizer().Encode("<|bos|><|user|>What is the capital of Greece?<|eos|>");
    private static readonly int[] Short = Samples.Tokenizer().Encode("Hello");

    [Fact]
    public void State_times_the_head_is_what_the_whole_model_says()
    {
        using EmbedderSample sample = new("lasttoken");
        using EmbeddingExecutor embedder = OnnxModel.LoadEmbedder(sample.Open(), threads: 1);
        using IExecutor model = OnnxModel.Load(Samples.Open(), threads: 1, rows: 1);
        ReadOnlySpan<float> expected = model.Prefill(0, Long, past: 0)[^Vocabulary..];
        float[] state = embedder.Run([Long])[0];
        float[] head = EmbedderSample.Head();
        for (int token = 0; token < Vocabulary; token++)
        {
            Assert.Equal(expected[token], TensorPrimitives.Dot(state, head.AsSpan(token * EmbedderSample.Width, EmbedderSample.Width)), 1e-3);
        }
    }

    // Attention is causal, so that a token's state is the last one of the text that ends with it.
    [Theory]
    [InlineData("cls_token")]
    [InlineData("mean_tokens")]
    [InlineData("lasttoken")]
    public void Texts_of_a_padded_batch_are_pooled_over_their_own_tokens(string pooling)
    {
        using EmbedderSample last = new("lasttoken");
        using EmbeddingExecutor states = OnnxModel.LoadEmbedder(last.Open(), threads: 1);
        using EmbedderSample sample = new(pooling);
        using EmbeddingExecutor embedder = OnnxModel.LoadEmbedder(sample.Open(), threads: 1);
        int[][] texts = [Short, Long, Short];
        float[][] pooled = embedder.Run(texts);
        foreach ((int[] text, float[] vector) in texts.Zip(pooled))
        {
            float[][] own = [.. Enumerable.Range(1, text.Length).Select(length => states.Run([text[..length]])[0])];
            float[] expected = pooling switch
            {
                "cls_token" => own[0],
                "lasttoken" => own[^1],
                _ => [.. Enumerable.Range(0, EmbedderSample.Width).Select(i => own.Average(state => state[i]))],
            };
            for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], vector[i], 1e-3);
        }
    }

    [Fact]
    public void Graph_of_another_width_than_it_says_is_refused_by_its_first_run()
    {
        using EmbedderSample sample = new();
        sample.Configure("hidden_size", 64);
        using EmbeddingExecutor embedder = OnnxModel.LoadEmbedder(sample.Open(), threads: 1);
        Assert.Contains("not [1, 1, 64]", Assert.Throws<InvalidDataException>(() => embedder.Run([[1]])).Message, StringComparison.Ordinal);
    }
}
