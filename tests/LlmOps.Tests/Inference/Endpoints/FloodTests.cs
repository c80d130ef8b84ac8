using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;

namespace LlmOps.Tests.Inference.Endpoints;

public sealed class FloodTests
{
    [Fact]
    public async Task Every_client_of_a_flood_is_answered_and_those_refused_are_told_when_to_come_back()
    {
        await using TinyOpsServer server = new(new ServerOptions
        {
            ModelDir = Samples.Folder("1.1.0"), Slot = "blue", Urls = "http://127.0.0.1:0", Rows = 4, MaxQueue = 30,
        });
        await server.InitializeAsync();
        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, 200).Select(client => server.Client.PostAsJsonAsync(
            "/v1/completions", new { model = "tiny-ops", prompt = $"<|bos|><|user|>What is {client} + 5?<|eos|><|assistant|>", max_tokens = 40, logit_bias = new Dictionary<string, int> { ["2"] = -100 } })));

        HttpResponseMessage[] refused = [.. answers.Where(answer => answer.StatusCode != HttpStatusCode.OK)];
        Assert.True(answers.Length - refused.Length >= 30, "fewer were answered than may wait");
        Assert.NotEmpty(refused);
        Assert.All(refused, answer =>
        {
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        });
        foreach (HttpResponseMessage answer in answers.Except(refused))
        {
            JsonNode body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.Equal(40, (int)body["usage"]!["completion_tokens"]!);
        }
    }
}
