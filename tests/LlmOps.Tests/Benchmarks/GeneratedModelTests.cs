using System.Numerics.Tensors;
using LlmOps.Benchmarks.Serving.Model;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;
using LlmOps.Tests.Contracts;

namespace LlmOps.Tests.Benchmarks;

/// <summary>The writers of the benchmark's model on a shape of a few thousand weights.</summary>
public sealed class GeneratedModelTests : IDisposable
{
    private static readonly ModelShape Tiny = new("tiny", 512, 64, 2, 4, 2, 16, 96, 64);
    private static readonly int[] Prompt = [300, 400, 511, 270, 333];

    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Both_precisions_run_here_and_answer_alike()
    {
        float[] exact = LastLogits(quantized: false);
        float[] quantized = LastLogits(quantized: true);

        // 8-bit activations are all that differs.
        Assert.True(TensorPrimitives.CosineSimilarity<float>(exact, quantized) > 0.999);
        Assert.True(TensorPrimitives.Max<float>(exact) > 1);
    }

    [Fact]
    public void Tokens_that_are_special_or_single_bytes_are_never_the_likeliest() =>
        Assert.All(LastLogits(quantized: false)[..Vocabulary.Unlikely], logit => Assert.Equal(0, logit));

    [Fact]
    public void Gguf_holds_the_same_weights_in_floats_and_in_4_bits()
    {
        (GgufFile floats, GgufFile blocks) = (Gguf(quantized: false), Gguf(quantized: true));

        foreach (string tensor in new[] { "blk.1.attn_v.weight", "blk.0.ffn_down.weight", "output.weight" })
        {
            Assert.Equal(floats.Read(tensor), blocks.Read(tensor));
        }
    }

    [Fact]
    public void Gguf_rotates_the_numbers_of_a_head_in_neighbouring_pairs()
    {
        RandomMatrix query = LlamaWeights.Query(Tiny, 1);
        float[] row = new float[Tiny.Hidden];

        // Row 3 of head 1 of the file is the second of the pair of rows 1 and 1 + 8 of the head.
        query.Row(Tiny.HeadSize + 1 + (Tiny.HeadSize / 2), row);

        int at = (Tiny.HeadSize + 3) * Tiny.Hidden;
        Assert.Equal(row, Gguf(quantized: false).Read("blk.1.attn_q.weight")[at..(at + Tiny.Hidden)]);
    }

    [Fact]
    public void A_form_that_was_not_finished_is_written_anew()
    {
        List<string> told = [];
        GeneratedModel model = GeneratedModel.Make(Tiny, _folder.Path, told.Add);
        File.Delete(Path.Combine(model.Onnx(Precisions.Int4), ".complete"));

        GeneratedModel.Make(Tiny, _folder.Path, told.Add);

        Assert.Equal(5, told.Count);
    }

    private float[] LastLogits(bool quantized)
    {
        string folder = Path.Combine(_folder.Path, $"{quantized}");
        WriteOnnx.To(folder, Tiny, quantized);
        using IExecutor executor = OnnxModel.Load(ModelFolder.Open(folder, null, null, requireRelease: false), threads: 1, rows: 1);
        executor.Prefill(0, Prompt.AsSpan(0, 4), 0);
        return executor.Decode(Prompt.AsSpan(4), [4]).ToArray();
    }

    private GgufFile Gguf(bool quantized)
    {
        string path = Path.Combine(_folder.Path, $"{quantized}.gguf");
        WriteGguf.To(path, Tiny, quantized);
        return new GgufFile(path);
    }
}
