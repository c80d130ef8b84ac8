using System.Net;
using System.Text;
using System.Text.Json;
using LlmOps.LocalHost.Adapters;
using LlmOps.Manifests;
using LlmOps.Ports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.Stories;

/// <summary>
/// A cluster without processes behind the process cluster's HTTP API: it runs at once what main says, answers as both
/// slots' servers, and each look at its metrics finds two hundred requests more, shared as the route says.
/// </summary>
internal sealed class CrashCluster : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly string repository;
    private readonly CrashTemplate template;
    private readonly Dictionary<(string Slot, string Version, int Code), long> counters = [];
    private readonly SemaphoreSlim turn = new(1);
    private ClusterState? state;

    private CrashCluster(string repository, CrashTemplate template)
    {
        this.repository = repository;
        this.template = template;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            for (int listener = 0; listener < 3; listener++)
            {
                kestrel.Listen(IPAddress.Loopback, 0);
            }
        });
        app = builder.Build();
    }

    /// <summary>The version whose servers fail the requests that the route sends them.</summary>
    public string? Failing { get; init; }

    public Uri Url => Address(0);

    public static async Task<CrashCluster> Start(string repository, CrashTemplate template, string? failing = null)
    {
        CrashCluster cluster = new(repository, template) { Failing = failing };
        cluster.Map();
        await cluster.app.StartAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        turn.Dispose();
    }

    private void Map()
    {
        app.MapGet("/revision", async () => Results.Json(new { revision = (await Now())?.Head }));
        app.MapPost("/reconcile", () => Results.Accepted());
        app.MapGet("/slots/{model}/{slot}", async (string slot) =>
            await Now() is { } now ? Results.Json(Status(now, slot), Wire.Json) : Results.NotFound());
        app.MapGet("/slots/{model}/{slot}/events", () => Array.Empty<object>());
        app.MapGet("/metrics", Metrics);
        app.MapPost("/v1/chat/completions", (Delegate)Answer);
    }

    private SlotStatus Status(ClusterState now, string slot) => new(
        now.Of(slot).Version, now.Of(slot).Digest, now.Of(slot).Replicas, now.Of(slot).Replicas, Address(slot == Slots.Blue ? 1 : 2));

    private async Task<IResult> Answer(HttpContext context)
    {
        using JsonDocument body = await JsonDocument.ParseAsync(context.Request.Body);
        string prompt = body.RootElement.GetProperty("messages")[0].GetProperty("content").GetString()!;
        string slot = context.Connection.LocalPort == Address(1).Port ? Slots.Blue : Slots.Green;
        bool bad = (await Now())!.Of(slot).Version.Contains("bad", StringComparison.Ordinal);
        string content = bad ? "I do not know." : template.Answers[prompt];
        return Results.Json(new { choices = new[] { new { message = new { content } } }, usage = new { completion_tokens = 5 } });
    }

    private async Task<string> Metrics()
    {
        ClusterState? now = await Now();
        await turn.WaitAsync();
        try
        {
            foreach (string slot in (string[])[Slots.Blue, Slots.Green])
            {
                if (now?.Of(slot) is { Version: { Length: > 0 } version })
                {
                    (string, string, int) series = (slot, version, version == Failing ? 500 : 200);
                    counters[series] = counters.GetValueOrDefault(series) + (2 * now.Route.Of(slot));
                }
            }
            StringBuilder page = new();
            foreach (((string slot, string version, int code), long count) in counters)
            {
                string labels = $"model=\"{CrashTemplate.Model}\",slot=\"{slot}\",version=\"{version}\",code=\"{code}\"";
                page.Append($"llmops_gateway_requests_total{{{labels}}} {count}\n");
            }
            return page.ToString();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>What main says now; null before there is a repository.</summary>
    private async Task<ClusterState?> Now()
    {
        string main = Path.Combine(repository, "refs", "heads", "main");
        if (!File.Exists(main))
        {
            return null;
        }
        string head = (await File.ReadAllTextAsync(main)).Trim();
        if (state?.Head == head)
        {
            return state;
        }
        GitFiles files = new(new BareGitHost(repository, TimeProvider.System), head, default);
        return state = new ClusterState(
            head,
            await files.Slot(CrashTemplate.Model, Slots.Blue),
            await files.Slot(CrashTemplate.Model, Slots.Green),
            await files.Route(CrashTemplate.Model));
    }

    private Uri Address(int listener) => new(app.Urls.ElementAt(listener));

    private sealed record ClusterState(string Head, SlotManifest Blue, SlotManifest Green, RouteManifest Route)
    {
        public SlotManifest Of(string slot) => slot == Slots.Blue ? Blue : Green;
    }
}
