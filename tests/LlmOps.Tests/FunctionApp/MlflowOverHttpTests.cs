using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.FunctionApp.Triggers;
using LlmOps.Registry;
using LlmOps.Registry.Mlflow;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.LocalHost.Functions;

namespace LlmOps.Tests.FunctionApp;

public sealed class MlflowOverHttpTests
{
    [Fact]
    public async Task A_query_a_body_and_an_error_go_over_http_as_mlflow_sends_and_reads_them()
    {
        using LoopFixture loop = new();
        await loop.Get<ModelRegistry>().Register("tiny-ops", "1.0.0", "d0", default);
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(typeof(HttpMlflow)), parts: loop.Get<AnswerMlflow>());
        host.Http.DefaultRequestHeaders.Add("x-functions-key", FunctionHost.Key);

        JsonNode found = (await host.Http.GetFromJsonAsync<JsonNode>(
            "api/2.0/mlflow/registered-models/search?filter=name+LIKE+%27tiny%25%27&max_results=5&order_by=name+ASC&order_by=creation_timestamp+DESC"))!;
        Assert.Equal("1", (string?)found["registered_models"]![0]!["latest_versions"]![0]!["version"]);

        Assert.Equal(HttpStatusCode.OK, await Send(host, HttpMethod.Post, new { name = "tiny-ops", alias = "nightly", version = "1" }));
        Assert.Equal(HttpStatusCode.OK, await Send(host, HttpMethod.Delete, new { name = "tiny-ops", alias = "nightly" }));
        Assert.Equal(HttpStatusCode.Forbidden, await Send(host, HttpMethod.Delete, new { name = "tiny-ops", alias = "champion" }));
        Assert.Equal(HttpStatusCode.BadRequest, await Send(host, HttpMethod.Post, new[] { 1 }));

        using HttpResponseMessage missing = await host.Http.GetAsync("api/2.0/mlflow/registered-models/get?name=other");
        Assert.Equal((HttpStatusCode.NotFound, "application/json"), (missing.StatusCode, missing.Content.Headers.ContentType!.MediaType));
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", (string?)(await missing.Content.ReadFromJsonAsync<JsonNode>())!["error_code"]);
    }

    private static async Task<HttpStatusCode> Send(FunctionHost host, HttpMethod method, object body)
    {
        using HttpRequestMessage request = new(method, "api/2.0/mlflow/registered-models/alias") { Content = JsonContent.Create(body) };
        using HttpResponseMessage response = await host.Http.SendAsync(request);
        return response.StatusCode;
    }
}
