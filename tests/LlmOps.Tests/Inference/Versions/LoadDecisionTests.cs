using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Models;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.Inference.Embeddings;

namespace LlmOps.Tests.Inference.Versions;

public sealed class LoadDecisionTests
{
    private static readonly ModelFolder Served = Samples.Open("1.0.0");
    private static readonly ModelFolder Found = Samples.Open("1.1.0");
    private static readonly MemoryNeed Need = new(Weights: 100, Cache: 50, Logits: 10);

    [Fact]
    public void Another_version_of_the_model_is_loaded_where_memory_just_holds_it() =>
        Assert.IsType<LoadDecision.Load>(LoadDecision.Decide("tiny-ops", Served, Found, Need, growth: 40, Available(300)));

    [Fact]
    public void One_byte_less_refuses_it_with_the_numbers()
    {
        const long MiB = 1024 * 1024;
        MemoryNeed need = new(100 * MiB, 50 * MiB, 10 * MiB) { Grammars = 5 * MiB };
        LoadDecision decision = LoadDecision.Decide("tiny-ops", Served, Found, need, 40 * MiB, Available((305 * MiB) - 1));
        Assert.Equal(
            "Memory does not hold 1.1.0 too: it needs 265 MiB (twice 100 of weights, 50 of cache, 10 of a run, 5 of grammars), what is loaded may still take 40 MiB, and 305 MiB are available (a test).",
            Assert.IsType<LoadDecision.Refuse>(decision).Why.Message);
    }

    [Fact]
    public void Same_digest_is_kept_whatever_memory_there_is() =>
        Assert.IsType<LoadDecision.Keep>(LoadDecision.Decide("tiny-ops", Served, Served with { Version = "9" }, Need, growth: 0, Available(0)));

    [Fact]
    public void Folder_without_a_digest_is_loaded_anew() => Assert.IsType<LoadDecision.Load>(
        LoadDecision.Decide("tiny-ops", Served with { Digest = null }, Served with { Digest = null }, Need, growth: 0, Available(260)));

    [Fact]
    public void After_an_unload_the_same_version_is_loaded() =>
        Assert.IsType<LoadDecision.Load>(LoadDecision.Decide("tiny-ops", current: null, Served, Need, growth: 0, Available(260)));

    [Fact]
    public void Another_model_is_refused() =>
        Assert.Contains("serves 'other' only", Assert.IsType<LoadDecision.Refuse>(LoadDecision.Decide("other", Served, Found, Need, 0, Available(300))).Why.Message, StringComparison.Ordinal);

    [Fact]
    public void Need_is_read_from_the_folder()
    {
        // 4 layers, keys and values, 2 heads of 32 floats, 512 positions, 8 rows; 256 rows of 1,024 logits.
        Assert.Equal(new MemoryNeed(3552969, 4L * 2 * 2 * 32 * 512 * 8 * 4, 256L * 1024 * 4), MemoryNeed.Of(Found, rows: 8));
    }

    [Fact]
    public void Weights_beside_the_model_count_once_whatever_their_name()
    {
        string folder = Directory.CreateTempSubdirectory("need-").FullName;
        byte[] model = OnnxBytes.Model(OnnxBytes.External("location", "weights.bin"), OnnxBytes.External("location", "weights.bin", "offset", "1"));
        File.WriteAllBytes(Path.Combine(folder, Found.Decoder.ModelFile), model);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[100]);
        File.WriteAllBytes(Path.Combine(folder, Found.Decoder.ModelFile + ".bak"), new byte[1000]);
        Assert.Equal(model.Length + 100, MemoryNeed.Of(Found with { Path = folder }, rows: 1).Weights);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Embedder_needs_no_cache()
    {
        using EmbedderSample sample = new();
        // 8,192 states of 128 floats.
        MemoryNeed need = MemoryNeed.Of(sample.Open(), rows: 8);
        Assert.Equal((0L, 8192L * 128 * 4), (need.Cache, need.Logits));
    }

    [Fact]
    public void Embedder_whose_graph_spells_attention_out_needs_a_table_of_every_pair_of_tokens()
    {
        using EmbedderSample sample = new();
        ModelFolder folder = sample.Open();
        folder = folder with { Embedding = folder.Embedding! with { AttendsInTables = true, Heads = 4 } };
        // 8,192 tokens by the 512 of the longest text, 4 heads, as products and as shares.
        Assert.Equal(8192L * 2 * 4 * 512 * 4, MemoryNeed.Of(folder, rows: 8).Attention);
    }

    private static AvailableMemory Available(long bytes) => new(bytes, "a test");
}
