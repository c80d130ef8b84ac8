using LlmOps.Tests.Inference;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Interop.Protocols;

/// <summary>Several servers at one address: a request goes to the one whose model it names, else to the first, as it is.</summary>
internal sealed class ServersByModel : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly IReadOnlyList<(string Model, TinyOpsServer Server)> _servers;

    private ServersByModel(IReadOnlyList<(string Model, TinyOpsServer Server)> servers)
    {
        _servers = servers;
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.Run(HandOn);
    }

    public string Url => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<ServersByModel> Start(params (string Model, TinyOpsServer Server)[] servers)
    {
        ServersByModel started = new(servers);
        await started._app.StartAsync();
        return started;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task HandOn(HttpContext http)
    {
        using StreamReader reader = new(http.Request.Body);
        string body = await reader.ReadToEndAsync();
        string named = http.Request.Path.Value + body;
        TinyOpsServer server = _servers.FirstOrDefault(one => named.Contains(one.Model, StringComparison.Ordinal)).Server ?? _servers[0].Server;
        using HttpRequestMessage request = new(new HttpMethod(http.Request.Method), http.Request.Path);
        if (body.Length > 0) request.Content = new StringContent(body);
        using HttpResponseMessage answer = await server.Client.SendAsync(request);
        http.Response.StatusCode = (int)answer.StatusCode;
        http.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        await http.Response.WriteAsync(await answer.Content.ReadAsStringAsync());
    }
}
