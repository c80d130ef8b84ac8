using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class OpenInferenceTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    private const string Greece = "<|bos|><|user|>What is the capital of Greece?<|eos|><|assistant|>";
    private const string Italy = "<|bos|><|user|>What is the capital of Italy?<|eos|><|assistant|>";
    private const string Answer = "The capital of Greece is Athens.";

    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    [InlineData("/v2/models/tiny-ops/ready", """{"name":"tiny-ops","ready":true}""")]
    [InlineData("/v2/models/tiny-ops/versions/1.1.0", """{"name":"tiny-ops","versions":["1.1.0"],"platform":"onnxruntime","inputs":[{"name":"text_input","datatype":"BYTES","shape":[-1]}],"outputs":[{"name":"text_output","datatype":"BYTES","shape":[-1]}]}""")]
    public async Task Server_and_model_describe_themselves(string path, string expected)
    {
        Assert.Equal(expected, await server.Client.GetStringAsync(path));
    }

    [Theory]
    [InlineData("""{"text_input":"a","parameters":{"seed":1,"seed":2}}""")]
    [InlineData("""{"text_input":"a","parameters":{"\ud800":1}}""")]
    [InlineData("""{"text_input":"a","parameters":{"stop":"\ud800"}}""")]
    public async Task Odd_json_is_refused(string json)
    {
        (HttpStatusCode status, JsonNode body) = await server.Post("/v2/models/tiny-ops/generate", json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty((string)body["error"]!);
    }

    [Theory]
    [InlineData("/v2/models/other")]
    [InlineData("/v2/models/tiny-ops/versions/9.9.9/ready")]
    public async Task Unknown_model_is_a_404_in_the_protocols_shape(string path)
    {
        using HttpResponseMessage response = await server.Client.GetAsync(path);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("does not exist", (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Text_is_generated_with_details_where_asked()
    {
        JsonNode plain = await server.Ask("/v2/models/tiny-ops/generate", new { text_input = Greece });
        Assert.Equal((Answer, "tiny-ops", "1.1.0"), ((string?)plain["text_output"], (string?)plain["model_name"], (string?)plain["model_version"]));
        Assert.Null(plain["details"]);
        JsonNode detailed = await server.Ask("/v2/models/tiny-ops/versions/1.1.0/generate", new { text_input = Greece, parameters = new { details = true, max_tokens = 50 } });
        Assert.Equal("eos_token", (string?)detailed["details"]!["finish_reason"]);
        Assert.Equal(Answer, string.Concat(detailed["details"]!["logprobs"]!.AsArray().Select(token => (string?)token!["text"])));
        JsonNode cut = await server.Ask("/v2/models/tiny-ops/generate", new { text_input = Greece, parameters = new { details = true, stop = new[] { "Greece" } } });
        Assert.Equal(("The capital of ", "stop_sequence"), ((string?)cut["text_output"], (string?)cut["details"]!["finish_reason"]));
    }

    [Fact]
    public async Task Stream_has_the_text_in_pieces()
    {
        using HttpResponseMessage response = await server.Client.PostAsync(
            new Uri("/v2/models/tiny-ops/generate_stream", UriKind.Relative), new StringContent(JsonSerializer.Serialize(new { text_input = Greece })));
        JsonNode[] events = [.. (await response.Content.ReadAsStringAsync()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line["data: ".Length..])!)];
        Assert.True(events.Length > 5);
        Assert.Equal(Answer, string.Concat(events.Select(one => (string?)one["text_output"])));
    }

    [Fact]
    public async Task Tensor_of_texts_becomes_a_tensor_of_texts()
    {
        JsonNode answer = await server.Ask("/v2/models/tiny-ops/infer", new
        {
            id = "42", inputs = new[] { new { name = "text_input", shape = new[] { 2 }, datatype = "BYTES", data = new[] { Greece, Italy } } },
        });
        JsonNode output = answer["outputs"]![0]!;
        Assert.Equal(("42", "text_output", "BYTES", 2), ((string?)answer["id"], (string?)output["name"], (string?)output["datatype"], (int)output["shape"]![0]!));
        Assert.Equal([Answer, "The capital of Italy is Rome."], output["data"]!.AsArray().Select(text => (string)text!));
    }

    [Theory]
    [InlineData("generate", "{}", "text_input")]
    [InlineData("generate", """{"text_input":"a","parameters":{"temperature":9}}""", "temperature")]
    [InlineData("generate", """{"text_input":"a","parameters":[]}""", "parameters")]
    [InlineData("infer", """{"inputs":[]}""", "inputs")]
    [InlineData("infer", """{"inputs":[{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""", "inputs")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[3],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[2,2],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[0,2],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[-1,-2],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[2147483647,2147483647,4],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":[],"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    [InlineData("infer", """{"inputs":[{"name":"text_input","shape":2,"datatype":"BYTES","data":["a","b"]}]}""", "shape")]
    public async Task Wrong_request_is_a_400_that_names_the_field(string verb, string json, string field)
    {
        (HttpStatusCode status, JsonNode body) = await server.Post($"/v2/models/tiny-ops/{verb}", json);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, (string?)body["error"], StringComparison.Ordinal);
    }
}
