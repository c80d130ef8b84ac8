using System.Text.Json.Nodes;
using LlmOps.Inference.Models;

namespace LlmOps.Tests.Inference.Embeddings;

public sealed class EmbeddingConfigTests : IDisposable
{
    private readonly EmbedderSample _sample = new();

    [Fact]
    public void Folder_says_how_to_pool_whether_to_normalise_and_how_long_a_text_may_be()
    {
        EmbeddingConfig config = _sample.Open().Embedding!;
        Assert.Equal((Pooling.Last, true, 128, false), (config.Pooling, config.Normalize, config.Width, config.MayBeCut));
        Assert.Equal(512, _sample.Open().Decoder.ContextLength);
        _sample.Write("sentence_bert_config.json", new JsonObject { ["max_seq_length"] = 100 });
        Assert.Equal(100, _sample.Open().Decoder.ContextLength);
        Assert.Null(Samples.Open().Embedding);
    }

    [Fact]
    public void Newer_folders_name_their_pooling()
    {
        _sample.Write("1_Pooling/config.json", new JsonObject { ["pooling_mode"] = "mean" });
        Assert.Equal(Pooling.Mean, _sample.Open().Embedding!.Pooling);
    }

    [Fact]
    public void Pooling_alone_is_enough_and_does_not_normalise()
    {
        File.Delete(Path.Combine(_sample.Folder, "modules.json"));
        Assert.Equal((Pooling.Last, false), (_sample.Open().Embedding!.Pooling, _sample.Open().Embedding!.Normalize));
    }

    [Fact]
    public void Graph_that_pools_needs_no_word_about_it()
    {
        using EmbedderSample pooled = new(output: "sentence_embedding");
        Directory.Delete(Path.Combine(pooled.Folder, "1_Pooling"), recursive: true);
        Assert.Equal((Pooling.InGraph, true), (pooled.Open().Embedding!.Pooling, pooled.Open().Embedding!.Normalize));
    }

    [Fact]
    public void Nothing_that_says_how_to_pool_is_refused()
    {
        File.Delete(Path.Combine(_sample.Folder, "modules.json"));
        Directory.Delete(Path.Combine(_sample.Folder, "1_Pooling"), recursive: true);
        AssertRefused("says how to pool it");
    }

    [Fact]
    public void Unknown_ways_are_refused_by_name()
    {
        _sample.Write("1_Pooling/config.json", new JsonObject { ["pooling_mode_mean_tokens"] = true, ["pooling_mode_max_tokens"] = true });
        AssertRefused("1_Pooling/config.json: pooling by mean_tokens and max_tokens");
        _sample.Write("modules.json", new JsonArray(new JsonObject { ["path"] = "3_Dense", ["type"] = "sentence_transformers.models.Dense" }));
        AssertRefused("modules.json: Dense is not supported");
        _sample.Write("modules.json", new JsonArray(new JsonObject { ["path"] = "../1_Pooling", ["type"] = "sentence_transformers.models.Pooling" }));
        AssertRefused("leads out of the model folder");
    }

    [Fact]
    public void Release_must_cover_what_says_how_to_pool()
    {
        string[] listed = ["config.json", "model.onnx", "tokenizer.json", "tokenizer_config.json", "generation_config.json", "modules.json"];
        JsonArray files = [.. listed.Select(name => File.ReadAllBytes(Path.Combine(_sample.Folder, name)) is var bytes
            ? (JsonNode)new JsonObject { ["path"] = name, ["size"] = bytes.Length, ["sha256"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bytes)) }
            : null)];
        _sample.Write("release.json", new JsonObject { ["model"] = "m", ["version"] = "1.0.0", ["files"] = files });
        AssertRefused("1_Pooling/config.json: not listed");
    }

    [Fact]
    public void Embedder_needs_memory_for_the_states_of_a_run_and_none_for_a_cache()
    {
        MemoryNeed need = MemoryNeed.Of(_sample.Open(), rows: 8);
        Assert.Equal((0, 8192L * 128 * sizeof(float)), (need.Cache, need.Logits));
    }

    [Theory]
    [InlineData(null, 64, "must be 128")]
    [InlineData(null, 128, null)]
    [InlineData("""true""", 1, null)]
    [InlineData("""true""", 129, "at most 128")]
    [InlineData("""[32,64]""", 64, null)]
    [InlineData("""[32,64]""", 65, "one of 32, 64")]
    public void Embeddings_are_cut_only_where_the_folder_allows_it(string? allowed, int width, string? refusal)
    {
        if (allowed is not null) _sample.Configure(allowed == "true" ? "is_matryoshka" : "matryoshka_dimensions", JsonNode.Parse(allowed)!);
        string? said = _sample.Open().Embedding!.RefuseWidth(width);
        if (refusal is null) Assert.Null(said);
        else Assert.Contains(refusal, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Cut_embedding_has_the_length_1_again()
    {
        EmbeddingConfig config = _sample.Open().Embedding! with { Width = 3 };
        Assert.Equal([0.6f, 0.8f], config.Finish([3, 4, 12], 2));
        Assert.Equal([3, 4], (config with { Normalize = false }).Finish([3, 4, 12], 2));
        Assert.Equal([0, 0], config.Finish([0, 0, 12], 2));
    }

    public void Dispose() => _sample.Dispose();

    private void AssertRefused(string message) =>
        Assert.Contains(message, Assert.Throws<RefusedModelException>(() => _sample.Open()).Message, StringComparison.Ordinal);
}
