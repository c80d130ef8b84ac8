using System.Net;
using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.LocalHost.Monitoring;
using LlmOps.Tests.Requirements;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Yarp.ReverseProxy.Forwarder;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>The gateway before a backend that does what its path says.</summary>
public sealed class GatewayTests : IAsyncLifetime
{
    private static readonly TimeSpan RouteTimeout = TimeSpan.FromSeconds(60);

    private readonly ManualClock clock = new();
    private readonly TaskCompletionSource secondPart = new();
    private readonly TaskCompletionSource hangs = new();
    private readonly RouteTable routes = new();
    private readonly ServiceDirectory services = new();
    private readonly WebApplication gateway = Listener.Build(0, add => add.AddHttpForwarder());
    private readonly WebApplication backend = Listener.Build(0);
    private readonly HttpClient client = new();

    public async Task InitializeAsync()
    {
        backend.MapGet("/v1/echo", (HttpContext context) =>
        {
            context.Response.Headers["x-llmops-slot"] = "what the server believes";
            return context.Request.Path + context.Request.QueryString;
        });
        backend.MapGet("/v1/hang", (CancellationToken aborted) =>
        {
            hangs.TrySetResult();
            return Task.Delay(Timeout.Infinite, aborted);
        });
        backend.MapGet("/v1/stream", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await secondPart.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });
        backend.MapGet("/v1/break", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        MirroredRequests mirrored = new(services, clock);
        Forwarding forwarding = new(gateway.Services.GetRequiredService<IHttpForwarder>(), clock);
        gateway.Run(new RoutedRequests(routes, services, forwarding, mirrored, clock).Handle);
        await backend.StartAsync();
        await gateway.StartAsync();
        client.BaseAddress = Listener.Address(gateway);
        Serve("blue", Listener.Address(backend));
        Serve("green", new Uri("http://127.0.0.1:9"));
    }

    public async Task DisposeAsync()
    {
        await gateway.DisposeAsync();
        await backend.DisposeAsync();
        client.Dispose();
    }

    [Fact]
    public async Task The_prefix_is_replaced_and_the_slot_named()
    {
        Route(blue: 1, green: 0);
        using HttpResponseMessage answer = await client.GetAsync("m/v1/echo?q=a%2Fb");
        Assert.Equal("/v1/echo?q=a%2Fb", await answer.Content.ReadAsStringAsync());
        Assert.Equal("blue", answer.Headers.GetValues("x-llmops-slot").Single());
        Assert.Equal("1.0.0", answer.Headers.GetValues("x-llmops-version").Single());
    }

    [Theory]
    [InlineData("m/v1/echo", 0, 0, 500)]     // nobody gets anything
    [InlineData("m/v1/echo", 0, 1, 502)]     // the connection is refused
    [InlineData("mm/v1/echo", 1, 0, 404)]    // a prefix is whole segments
    [InlineData("elsewhere", 1, 0, 404)]
    public async Task A_request_that_cannot_be_served_says_why(string path, int blue, int green, int code)
    {
        Route(blue, green);
        using HttpResponseMessage answer = await client.GetAsync(path);
        Assert.Equal(code, (int)answer.StatusCode);
    }

    [Fact]
    public async Task A_request_that_takes_longer_than_its_route_allows_is_ended()
    {
        Route(blue: 1, green: 0);
        Task<HttpResponseMessage> asked = client.GetAsync("m/v1/hang");
        await hangs.Task.WaitAsync(Eventually.Patience);
        clock.Advance(RouteTimeout);
        using HttpResponseMessage answer = await asked;
        Assert.Equal(HttpStatusCode.GatewayTimeout, answer.StatusCode);
    }

    [Fact]
    public async Task The_share_of_a_slot_that_is_not_ready_is_not_given_to_the_other()
    {
        Route(blue: 1, green: 1);
        services.Find("m-green")!.Publish([], services.Series("m", "green", "1.1.0"));
        List<HttpStatusCode> codes = [];
        for (int request = 0; request < 10; request++)
        {
            codes.Add((await client.GetAsync("m/v1/echo")).StatusCode);
        }
        Assert.Equal(5, codes.Count(code => code == HttpStatusCode.ServiceUnavailable));
        Assert.Equal(5, codes.Count(code => code == HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_route_to_a_service_that_is_not_there_answers_500()
    {
        Route(blue: 0, green: 1);
        services.Remove("m-green");
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync("m/v1/echo")).StatusCode);
    }

    [Fact]
    public async Task A_stream_passes_as_it_comes()
    {
        Route(blue: 1, green: 0);
        using HttpResponseMessage answer = await client.GetAsync("m/v1/stream", HttpCompletionOption.ResponseHeadersRead);
        using StreamReader body = new(await answer.Content.ReadAsStreamAsync());
        // The backend does not go on before the first part has come through.
        Assert.Equal("data: 1", await body.ReadLineAsync());
        secondPart.SetResult();
        Assert.Contains("data: 2", await body.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_count_what_users_met()
    {
        Route(blue: 1, green: 0);
        await client.GetAsync("m/v1/echo");
        await Assert.ThrowsAnyAsync<Exception>(() => client.GetStringAsync("m/v1/break"));
        MetricsPage metrics = new(services, routes, () => [new PodSeries(new("m", "blue", "1.0.0"), "m-blue-1", ExpectedUp: true)]);
        // The client sees its stream break before the gateway has counted it.
        await Eventually.True(() => metrics.Write().Contains("""code="502"} 1""", StringComparison.Ordinal));
        string page = metrics.Write();
        Assert.Contains("""llmops_gateway_requests_total{model="m",slot="blue",version="1.0.0",code="200"} 1""", page);
        Assert.Contains("""llmops_gateway_requests_total{model="m",slot="blue",version="1.0.0",code="500"} 0""", page);
        Assert.Contains("""llmops_gateway_requests_total{model="m",slot="blue",version="1.0.0",code="502"} 1""", page);
        Assert.Contains("""llmops_gateway_request_duration_seconds_bucket{model="m",slot="blue",version="1.0.0",le="+Inf"} 2""", page);
        Assert.Contains("""llmops_gateway_weight{model="m",slot="blue"} 1""", page);
        Assert.Contains("""llmops_cluster_pod_expected_up{model="m",slot="blue",version="1.0.0",pod="m-blue-1"} 1""", page);
    }

    [RequiresFact(Tool.Promtool)]
    public async Task Metrics_are_what_promtool_accepts()
    {
        Route(blue: 1, green: 0);
        await client.GetAsync("m/v1/echo");
        await Promtool.Check(new MetricsPage(services, routes, () => []).Write(), "check", "metrics");
    }

    private void Serve(string slot, Uri address)
    {
        RequestSeries series = services.Series("m", slot, "1.0.0");
        EndpointSlice slice = new(slot, series);
        slice.Publish([new PodEndpoint(address.ToString(), "1.0.0", series)], series);
        services.Add($"m-{slot}", slice);
    }

    private void Route(int blue, int green) =>
        routes.Apply(new RouteSpec("m", "/m", "", RouteTimeout, [new("m-blue", blue), new("m-green", green)]));
}
