using System.Collections.Concurrent;
using System.Net;
using System.Text;
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

/// <summary>The gateway's copies: users are answered by blue, and green, which does what its path says, gets what it is copied.</summary>
public sealed class MirrorTests : IAsyncLifetime
{
    private const int Bound = 5;
    private static readonly TimeSpan RouteTimeout = TimeSpan.FromSeconds(60);

    private readonly ManualClock clock = new();
    private readonly RouteTable routes = new();
    private readonly ServiceDirectory services = new();
    private readonly WebApplication gateway = Listener.Build(0, add => add.AddHttpForwarder());
    private readonly WebApplication blue = Listener.Build(0);
    private readonly WebApplication green = Listener.Build(0);
    private readonly HttpClient client = new();
    private readonly ConcurrentQueue<string> copied = new();
    private readonly TaskCompletionSource hanging = new();

    public async Task InitializeAsync()
    {
        blue.Run(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            await context.Response.WriteAsync($"blue {(await body.ReadToEndAsync()).Length}");
        });
        green.Run(async context =>
        {
            using StreamReader body = new(context.Request.Body);
            string text = await body.ReadToEndAsync();
            copied.Enqueue($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.Headers["x-user"]} {context.Request.ContentType} {text}");
            if (context.Request.Path == "/v1/hang")
            {
                await hanging.Task.WaitAsync(context.RequestAborted);
            }
            context.Response.StatusCode = context.Request.Path == "/v1/fail" ? 500 : 200;
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            if (context.Request.Path == "/v1/break")
            {
                context.Abort();
            }
        });
        Forwarding forwarding = new(gateway.Services.GetRequiredService<IHttpForwarder>(), clock);
        gateway.Run(new RoutedRequests(routes, services, forwarding, new MirroredRequests(services, clock, Bound), clock).Handle);
        foreach (WebApplication app in new[] { blue, green, gateway })
        {
            await app.StartAsync();
        }
        client.BaseAddress = Listener.Address(gateway);
        Serve("blue", Listener.Address(blue));
        Serve("green", Listener.Address(green));
        Mirror(100);
    }

    public async Task DisposeAsync()
    {
        hanging.TrySetResult();
        foreach (WebApplication app in new[] { gateway, blue, green })
        {
            await app.DisposeAsync();
        }
        client.Dispose();
    }

    [Fact]
    public async Task The_copy_is_the_request_and_the_user_is_answered_by_the_champion()
    {
        client.DefaultRequestHeaders.Add("x-user", "ann");
        using HttpResponseMessage answer = await client.PostAsync("m/v1/chat?q=a%2Fb", new StringContent("{\"a\":1}", Encoding.UTF8, "application/json"));
        Assert.Equal(("blue 7", "blue"), (await answer.Content.ReadAsStringAsync(), answer.Headers.GetValues("x-llmops-slot").Single()));
        Assert.Equal("blue", (await client.GetStringAsync("m/v1/get")).Split(' ')[0]);
        await Counted("200", 2);
        Assert.Equal(["GET /v1/get ann  ", "POST /v1/chat?q=a%2Fb ann application/json; charset=utf-8 {\"a\":1}"], copied.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("fail", "500")]
    [InlineData("break", "502")]
    [InlineData("hang", "504")]
    public async Task What_becomes_of_a_copy_is_no_users_business_and_counted_for_itself(string path, string code)
    {
        using HttpResponseMessage answer = await client.PostAsync($"m/v1/{path}", new StringContent("x"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Eventually.True(() => copied.Count == 1);
        if (path == "hang")
        {
            clock.Advance(RouteTimeout);
        }
        await Counted(code, 1);
        string page = Page();
        Assert.Contains("""llmops_gateway_requests_total{model="m",slot="blue",version="1.0.0",code="200"} 1""", page);
        Assert.DoesNotContain("""llmops_gateway_requests_total{model="m",slot="green",version="1.0.0",code="500"} 1""", page);
        Assert.Contains("""llmops_gateway_request_duration_seconds_count{model="m",slot="green",version="1.0.0"} 0""", page);
    }

    [Fact]
    public async Task More_copies_than_may_be_on_their_way_are_dropped_and_users_go_on()
    {
        for (int request = 0; request < Bound + 4; request++)
        {
            Assert.Equal("blue 1", await (await client.PostAsync("m/v1/hang", new StringContent("x"))).Content.ReadAsStringAsync());
        }
        await Eventually.True(() => Page().Contains("""llmops_gateway_mirrored_dropped_total{model="m",slot="green",version="1.0.0"} 4""", StringComparison.Ordinal));
        hanging.SetResult();
        await Counted("200", Bound);
        await client.PostAsync("m/v1/chat", new StringContent("x"));
        await Counted("200", Bound + 1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_body_beyond_the_bound_is_not_copied(bool chunked)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "m/v1/chat") { Content = new StringContent(new string('x', CopiedBody.Most + 1)) };
        request.Headers.TransferEncodingChunked = chunked;
        using HttpResponseMessage answer = await client.SendAsync(request);
        Assert.Equal($"blue {CopiedBody.Most + 1}", await answer.Content.ReadAsStringAsync());
        await Eventually.True(() => Page().Contains("""llmops_gateway_mirrored_dropped_total{model="m",slot="green",version="1.0.0"} 1""", StringComparison.Ordinal));
        Assert.Empty(copied);
    }

    [Fact]
    public async Task A_share_is_copied_evenly()
    {
        Mirror(25);
        for (int request = 0; request < 20; request++)
        {
            await client.GetStringAsync("m/v1/get");
        }
        await Counted("200", 5);
    }

    [Fact]
    public async Task A_slot_that_is_not_ready_or_not_there_costs_nobody_anything()
    {
        services.Find("m-green")!.Publish([], services.Series("m", "green", "1.0.0"));
        Assert.StartsWith("blue", await client.GetStringAsync("m/v1/get"), StringComparison.Ordinal);
        await Counted("503", 1);
        services.Remove("m-green");
        Assert.StartsWith("blue", await client.GetStringAsync("m/v1/get"), StringComparison.Ordinal);
    }

    [RequiresFact(Tool.Promtool)]
    public async Task Metrics_of_copies_are_what_promtool_accepts()
    {
        await client.GetStringAsync("m/v1/get");
        await Promtool.Check(Page(), "check", "metrics");
    }

    private Task Counted(string code, int count) => Eventually.True(() =>
        Page().Contains($$"""llmops_gateway_mirrored_requests_total{model="m",slot="green",version="1.0.0",code="{{code}}"} {{count}}""", StringComparison.Ordinal));

    private string Page() => new MetricsPage(services, routes, () => []).Write();

    private void Serve(string slot, Uri address)
    {
        RequestSeries series = services.Series("m", slot, "1.0.0");
        EndpointSlice slice = new(slot, series);
        slice.Publish([new PodEndpoint(address.ToString(), "1.0.0", series)], series);
        services.Add($"m-{slot}", slice);
    }

    private void Mirror(int percent) => routes.Apply(
        new RouteSpec("m", "/m", "", RouteTimeout, [new("m-blue", 100), new("m-green", 0)]) { Mirrors = [new MirrorRef("m-green", percent, 100)] });
}
