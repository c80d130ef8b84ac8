using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Executors;

namespace LlmOps.Tests.Inference.Embeddings;

public sealed class EmbeddingsEndpointTests(EmbedderServer embedder, TinyOpsServer texts) : IClassFixture<EmbedderServer>, IClassFixture<TinyOpsServer>
{
    private const string Path = "/v1/embeddings";
    private readonly TinyOpsServer _server = embedder.Server;

    [Fact]
    public async Task Text_gets_the_normalised_vector_of_the_model()
    {
        using EmbedderSample sample = new();
        using EmbeddingExecutor executor = OnnxModel.LoadEmbedder(sample.Open(), threads: 1);
        float[] state = executor.Run([Samples.Tokenizer().Encode("Hello there")])[0];
        float length = MathF.Sqrt(state.Sum(x => x * x));
        JsonNode answer = await _server.Ask(Path, new { model = "tiny-embed", input = "Hello there" });
        Assert.Equal(("list", "tiny-embed", "embedding", 0), ((string?)answer["object"], (string?)answer["model"], (string?)answer["data"]![0]!["object"], (int)answer["data"]![0]!["index"]!));
        float[] vector = Vector(answer, 0);
        for (int i = 0; i < vector.Length; i++) Assert.Equal(state[i] / length, vector[i], 1e-4);
    }

    [Fact]
    public async Task Every_form_of_input_gives_the_same_in_order_and_says_its_tokens()
    {
        int[] tokens = Samples.Tokenizer().Encode("Hello there");
        JsonNode one = await _server.Ask(Path, new { model = "tiny-embed", input = "Hello there" });
        JsonNode list = await _server.Ask(Path, new { model = "tiny-embed", input = new[] { "a", "Hello there" } });
        JsonNode ids = await _server.Ask(Path, new { model = "tiny-embed@1.0.0", input = tokens });
        JsonNode lists = await _server.Ask(Path, new { model = "tiny-embed", input = new[] { tokens, [5] }, user = "u" });
        foreach (float[] same in new[] { Vector(list, 1), Vector(ids, 0), Vector(lists, 0) }) AssertClose(Vector(one, 0), same);
        Assert.Equal((tokens.Length, tokens.Length), ((int)one["usage"]!["prompt_tokens"]!, (int)one["usage"]!["total_tokens"]!));
        Assert.Equal(tokens.Length + 1, (int)lists["usage"]!["prompt_tokens"]!);
        Assert.Equal([0, 1], list["data"]!.AsArray().Select(entry => (int)entry!["index"]!));
    }

    [Fact]
    public async Task Request_is_counted_as_one_for_embeddings()
    {
        await _server.Ask(Path, new { model = "tiny-embed", input = "Hi" });
        string metrics = await _server.Client.GetStringAsync("/metrics");
        Assert.Matches("gen_ai_server_request_duration_seconds_count\\{[^}]*gen_ai_operation_name=\"embeddings\"[^}]*gen_ai_response_model=\"tiny-embed@1.0.0\"", metrics);
        Assert.Matches("vllm:request_inference_time_seconds_count\\{[^}]*\\} [1-9]", metrics);
    }

    [Fact]
    public async Task Base64_holds_the_same_numbers()
    {
        JsonNode plain = await _server.Ask(Path, new { model = "tiny-embed", input = "Hi", encoding_format = "float" });
        JsonNode encoded = await _server.Ask(Path, new { model = "tiny-embed", input = "Hi", encoding_format = "base64" });
        Assert.Equal(Vector(plain, 0), MemoryMarshal.Cast<byte, float>(Convert.FromBase64String((string)encoded["data"]![0]!["embedding"]!)).ToArray());
    }

    [Fact]
    public async Task Cut_embedding_is_the_beginning_brought_to_the_length_1()
    {
        float[] whole = Vector(await _server.Ask(Path, new { model = "tiny-embed", input = "Hi" }), 0)[..10];
        float length = MathF.Sqrt(whole.Sum(x => x * x));
        AssertClose([.. whole.Select(x => x / length)], Vector(await _server.Ask(Path, new { model = "tiny-embed", input = "Hi", dimensions = 10 }), 0));
    }

    [Theory]
    [InlineData("""{"model":"tiny-embed"}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":""}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":[]}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":["a",""]}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":["a",7]}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":[5000]}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":[[1],[]]}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":"\ud800"}""", "input")]
    [InlineData("""{"model":"tiny-embed","input":"a","dimensions":129}""", "dimensions")]
    [InlineData("""{"model":"tiny-embed","input":"a","dimensions":0}""", "dimensions")]
    [InlineData("""{"model":"tiny-embed","input":"a","encoding_format":"hex"}""", "encoding_format")]
    [InlineData("""{"input":"a"}""", "model")]
    public async Task Wrong_request_is_a_400_that_names_the_field(string json, string param)
    {
        (HttpStatusCode status, JsonNode body) = await _server.Post(Path, json);
        Assert.Equal((HttpStatusCode.BadRequest, param), (status, (string?)body["error"]!["param"]));
    }

    [Fact]
    public async Task Too_much_is_refused()
    {
        (HttpStatusCode status, JsonNode body) = await _server.Post(Path, $$"""{"model":"tiny-embed","input":["a","{{string.Concat(Enumerable.Repeat("a b ", 600))}}"]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "context_length_exceeded"), (status, (string?)body["error"]!["code"]));
        (status, body) = await _server.Post(Path, $$"""{"model":"tiny-embed","input":[{{string.Join(',', Enumerable.Repeat("\"a\"", 2049))}}]}""");
        Assert.Equal((HttpStatusCode.BadRequest, "input"), (status, (string?)body["error"]!["param"]));
        (status, _) = await _server.Post(Path, """{"model":"other","input":"a"}""");
        Assert.Equal(HttpStatusCode.NotFound, status);
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"tiny-embed","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("/v1/completions", """{"model":"tiny-embed","prompt":"Hi"}""")]
    public async Task Embedder_that_is_asked_for_text_says_what_to_ask(string path, string json)
    {
        (HttpStatusCode status, JsonNode body) = await _server.Post(path, json);
        Assert.Equal((HttpStatusCode.BadRequest, "model"), (status, (string?)body["error"]!["param"]));
        Assert.Contains("POST /v1/embeddings", (string?)body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Model_of_texts_that_is_asked_for_embeddings_says_what_to_ask()
    {
        (HttpStatusCode status, JsonNode body) = await texts.Post(Path, """{"model":"tiny-ops","input":"Hi"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "model"), (status, (string?)body["error"]!["param"]));
        Assert.Contains("/v1/chat/completions", (string?)body["error"]!["message"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Open_inference_protocol_gives_the_same_as_a_tensor()
    {
        Assert.Contains("""{"name":"embedding","datatype":"FP32","shape":[-1,128]}""", await _server.Client.GetStringAsync("/v2/models/tiny-embed"), StringComparison.Ordinal);
        JsonNode answer = await _server.Ask("/v2/models/tiny-embed/infer", new
        {
            id = "7", inputs = new[] { new { name = "text_input", shape = new[] { 2 }, datatype = "BYTES", data = new[] { "Hi", "Hello" } } },
        });
        JsonNode tensor = answer["outputs"]![0]!;
        Assert.Equal(("7", "FP32", 2, 128), ((string?)answer["id"], (string?)tensor["datatype"], (int)tensor["shape"]![0]!, (int)tensor["shape"]![1]!));
        AssertClose(Vector(await _server.Ask(Path, new { model = "tiny-embed", input = "Hello" }), 0), [.. tensor["data"]!.AsArray().Skip(128).Select(x => (float)x!)]);
        (HttpStatusCode status, JsonNode body) = await _server.Post("/v2/models/tiny-embed/infer", """{"inputs":[]}""");
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("inputs: ", (string?)body["error"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, (await _server.Post("/v2/models/tiny-embed/generate", """{"text_input":"a"}""")).Status);
    }

    private static float[] Vector(JsonNode answer, int index) => [.. answer["data"]![index]!["embedding"]!.AsArray().Select(x => (float)x!)];

    private static void AssertClose(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-4);
    }
}
