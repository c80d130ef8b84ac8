using LlmOps.LocalHost.Functions;
using LlmOps.LocalHost.Functions.Http;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.LocalHost.Functions;

/// <summary>An embedded host on a free port, over memory, for the functions of a test.</summary>
internal sealed class FunctionHost : IAsyncDisposable
{
    public const string Key = "the-host-key";

    private readonly WebApplication app;

    private FunctionHost(WebApplication app) => this.app = app;

    public HttpClient Http { get; } = new();

    public static async Task<FunctionHost> Start(
        EmbeddedHostOptions options, MemoryQueue? queue = null, MemoryBlobs? blobs = null, TimeProvider? clock = null, params object[] parts)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        queue ??= new MemoryQueue();
        builder.Services.AddSingleton<IBlobs>(blobs ?? new MemoryBlobs()).AddSingleton<IMessageBus>(queue).AddSingleton<IQueueReader>(queue);
        builder.Services.AddSingleton(clock ?? TimeProvider.System).AddSingleton(new Random(1));
        foreach (object part in parts)
        {
            builder.Services.AddSingleton(part.GetType(), part);
        }
        builder.Services.AddEmbeddedFunctions(options);
        WebApplication app = builder.Build();
        app.MapFunctions();
        await app.StartAsync();
        return new FunctionHost(app) { Http = { BaseAddress = new Uri(app.Urls.Single()) } };
    }

    public static EmbeddedHostOptions Options(params Type[] functions) => new()
    {
        HostKey = Key,
        Settings = new Dictionary<string, string> { ["Pulse"] = "*/2 * * * * *" },
        FunctionTypes = functions,
        BlobPoll = TimeSpan.FromMilliseconds(20),
    };

    public Task Stop() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
