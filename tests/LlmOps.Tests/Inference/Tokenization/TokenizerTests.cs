using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Inference.Tokenization;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Inference.Tokenization;

public sealed class TokenizerTests
{
    private static readonly JsonNode Fixture =
        JsonNode.Parse(File.ReadAllText(Repository.At("tests", "LlmOps.Tests", "Inference", "Tokenization", "tokenizer-cases.json")))!;

    private readonly Tokenizer _tokenizer = Samples.Tokenizer();

    [Fact]
    public void Ids_equal_those_of_an_independent_implementation()
    {
        foreach (JsonNode? item in Fixture["cases"]!.AsArray())
        {
            string text = (string)item!["text"]!;
            int[] ids = [.. item["ids"]!.AsArray().Select(id => (int)id!)];
            Assert.Equal(ids, _tokenizer.Encode(text));
            Assert.Equal(text, _tokenizer.Decode(ids));
        }
    }

    [Fact]
    public void Streamed_text_never_splits_a_character()
    {
        foreach (JsonNode? item in Fixture["cases"]!.AsArray())
        {
            string text = (string)item!["text"]!;
            TextStream stream = new(_tokenizer, keepSpecial: true);
            StringBuilder whole = new();
            foreach (int id in _tokenizer.Encode(text))
            {
                string piece = stream.Append(id);
                Assert.DoesNotContain('\uFFFD', piece);
                Assert.True(piece.Length == 0 || !char.IsHighSurrogate(piece[^1]));
                whole.Append(piece);
            }
            Assert.Equal(text, whole.Append(stream.Complete()).ToString());
        }
    }

    [Fact]
    public void Unfinished_character_ends_as_a_replacement()
    {
        TextStream stream = new(_tokenizer, keepSpecial: false);
        int[] face = _tokenizer.Encode("😀");
        Assert.Equal("", string.Concat(face[..^1].Select(stream.Append)));
        Assert.Equal("\uFFFD", stream.Complete());
    }

    [Fact]
    public void Special_tokens_are_left_out_of_answers()
    {
        TextStream stream = new(_tokenizer, keepSpecial: false);
        Assert.Equal("Hi there", string.Concat(_tokenizer.Encode("Hi<|user|> there").Select(stream.Append)) + stream.Complete());
    }

    [Fact]
    public void Letters_beyond_the_first_plane_are_letters()
    {
        Assert.Equal([(0, 4), (4, 5)], SplitPattern.Of(@"\p{L}+|\S").Find("x𠮷y!"));
    }

    [Fact]
    public void Merges_may_be_written_as_pairs()
    {
        JsonNode file = JsonNode.Parse(File.ReadAllText(Path.Combine(Samples.Folder("1.1.0"), "tokenizer.json")))!;
        JsonArray merges = file["model"]!["merges"]!.AsArray();
        file["model"]!["merges"] = new JsonArray([.. merges.Select(m => (JsonNode)new JsonArray([.. ((string)m!).Split(' ').Select(part => (JsonNode)part)]))]);
        Tokenizer pairs = new(TokenizerFile.Parse(file.ToJsonString()));
        Assert.Equal(_tokenizer.Encode("What is the latency?"), pairs.Encode("What is the latency?"));
    }

    [Theory]
    [InlineData("""{"model":{"type":"Unigram"}}""", "model of the type Unigram")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[],"dropout":0.1}}""", "model.dropout")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]},"added_tokens":[],"normalizer":{"type":"Precompiled"}}""", "normalizer of the type Precompiled")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"UnicodeScripts"}]}}""", "pre_tokenizer.pretokenizers[0] of the type UnicodeScripts")]
    [InlineData("""{"model":{"type":"BPE"},"pre_tokenizer":{"type":"Split","behavior":"Isolated","pattern":{"Regex":"\\p{Nonsense}"}}}""", "pre_tokenizer.pattern.Regex")]
    [InlineData("""{"model":{"type":"BPE","vocab":{},"merges":[]},"added_tokens":[],"post_processor":{"type":"BertProcessing"}}""", "post_processor of the type BertProcessing")]
    [InlineData("[]", "not the shape")]
    public void Unsupported_kinds_are_refused_by_name(string json, string named)
    {
        Assert.Contains(named, Assert.Throws<UnsupportedTokenizerException>(() => TokenizerFile.Parse(json)).Message, StringComparison.Ordinal);
    }
}
