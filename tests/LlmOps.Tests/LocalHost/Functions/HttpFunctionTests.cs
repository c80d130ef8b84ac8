using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.LocalHost.Functions;

public sealed class HttpFunctionTests
{
    [Theory]
    [InlineData("open", null, HttpStatusCode.OK)]
    [InlineData("keyed", null, HttpStatusCode.Unauthorized)]
    [InlineData("keyed", "", HttpStatusCode.Unauthorized)]
    [InlineData("keyed", "the-host-kez", HttpStatusCode.Unauthorized)]
    [InlineData("keyed", FunctionHost.Key, HttpStatusCode.OK)]
    [InlineData("admin", null, HttpStatusCode.Unauthorized)]
    [InlineData("admin", FunctionHost.Key, HttpStatusCode.OK)]
    public async Task Levels_above_anonymous_ask_for_the_key(string route, string? key, HttpStatusCode status)
    {
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(typeof(Doors)));

        Assert.Equal(status, (await Get(host, route, key)).StatusCode);
        Assert.Equal(status, (await host.Http.GetAsync(key is null ? route : $"{route}?code={key}")).StatusCode);
    }

    [Fact]
    public async Task Route_values_query_and_method_reach_the_function()
    {
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(typeof(Doors)));

        using HttpResponseMessage response = await host.Http.PutAsync("items/tiny-ops/1.0.0-rc.1+b%201?x=2", null);

        Assert.Equal("PUT tiny-ops 1.0.0-rc.1+b 1 x=2", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Other_methods_and_routes_are_not_answered()
    {
        await using FunctionHost host = await FunctionHost.Start(FunctionHost.Options(typeof(Doors)));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await host.Http.PostAsync("open", null)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Http.GetAsync("api/open")).StatusCode);
    }

    [Fact]
    public async Task A_host_without_a_key_does_not_start() =>
        await Assert.ThrowsAsync<ArgumentException>(() => FunctionHost.Start(FunctionHost.Options(typeof(Doors)) with { HostKey = "" }));

    private static async Task<HttpResponseMessage> Get(FunctionHost host, string route, string? key)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, route);
        if (key is not null)
        {
            request.Headers.Add("x-functions-key", key);
        }
        return await host.Http.SendAsync(request);
    }

    private sealed class Doors
    {
        [Function("Open")]
        public async Task<IResult> Open([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "open")] HttpRequest request)
        {
            await Task.Yield();
            return Results.Text(request.Method);
        }

        [Function("Keyed")]
        public Task<IResult> Keyed([HttpTrigger(AuthorizationLevel.Function, "get", Route = "keyed")] HttpRequest request) =>
            Task.FromResult(Results.Text(request.Method));

        [Function("Admin")]
        public Task<IResult> Admin([HttpTrigger(AuthorizationLevel.Admin, "get")] HttpRequest request) =>
            Task.FromResult(Results.Text(request.Method));

        [Function("Item")]
        public Task<IResult> Item(
            [HttpTrigger(AuthorizationLevel.Anonymous, Route = "items/{model}/{version}")] HttpRequest request,
            string model,
            string version,
            CancellationToken cancellation) =>
            Task.FromResult(Results.Text($"{request.Method} {model} {version} x={request.Query["x"]}", statusCode: cancellation.CanBeCanceled ? 200 : 500));
    }
}
