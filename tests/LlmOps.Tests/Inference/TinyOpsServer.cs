using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using LlmOps.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Inference;

/// <summary>The inference server in this process, on a port of its own.</summary>
public class TinyOpsServer : IAsyncLifetime, IAsyncDisposable
{
    private readonly WebApplication _app;

    public TinyOpsServer()
        : this("1.1.0")
    {
    }

    internal TinyOpsServer(string version, string? systemPrompt = null)
        : this(new ServerOptions
        {
            ModelDir = Samples.Folder(version), Slot = "blue", Urls = "http://127.0.0.1:0", Development = true, SystemPrompt = systemPrompt,
        })
    {
    }

    internal TinyOpsServer(ServerOptions options) => _app = InferenceHost.Build(options);

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public HttpClient Client { get; } = new();

    internal T Get<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public async Task InitializeAsync()
    {
        await _app.StartAsync();
        Client.BaseAddress = new Uri(Url);
        while ((await Client.GetAsync("/health/ready")).StatusCode != HttpStatusCode.OK) await Task.Delay(5);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        GC.SuppressFinalize(this);
        await DisposeAsync();
    }

    public async Task<(HttpStatusCode Status, JsonNode Body)> Post(string path, string json)
    {
        using StringContent content = new(json);
        using HttpResponseMessage response = await Client.PostAsync(path, content);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!);
    }

    /// <summary>Sends a request that must succeed.</summary>
    public async Task<JsonNode> Ask(string path, object request)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, request);
        string body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == HttpStatusCode.OK, body);
        return JsonNode.Parse(body)!;
    }

    /// <summary>The events of a streamed answer, without their prefix.</summary>
    public async Task<IReadOnlyList<string>> Stream(string path, object request)
    {
        using HttpResponseMessage response = await Client.PostAsJsonAsync(path, request);
        string body = await response.Content.ReadAsStringAsync();
        return [.. body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(e => e["data: ".Length..])];
    }
}
