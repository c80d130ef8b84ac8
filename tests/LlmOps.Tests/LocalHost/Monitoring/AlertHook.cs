using System.Net;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>A listener that takes Alertmanager's posts in the control plane's place.</summary>
internal sealed class AlertHook : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Channel<AlertPost> posts = Channel.CreateUnbounded<AlertPost>();

    private AlertHook()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        app = builder.Build();
    }

    public Uri Url => new(new Uri(app.Urls.Single()), "hooks/alertmanager");

    public static async Task<AlertHook> Start()
    {
        AlertHook hook = new();
        hook.app.Urls.Add($"http://{IPAddress.Loopback}:0");
        hook.app.MapPost("/hooks/alertmanager", async (HttpRequest request) =>
        {
            JsonElement body = await JsonSerializer.DeserializeAsync<JsonElement>(request.Body);
            await hook.posts.Writer.WriteAsync(new(DateTimeOffset.UtcNow, request.Headers.Authorization.ToString(), body));
            return Results.Accepted();
        });
        await hook.app.StartAsync();
        return hook;
    }

    /// <summary>The next post in which an alert of this name has this status.</summary>
    public async Task<(AlertPost Post, JsonElement Alert)> Next(string alertname, string status, TimeSpan patience)
    {
        using CancellationTokenSource deadline = new(patience);
        while (true)
        {
            AlertPost post = await posts.Reader.ReadAsync(deadline.Token);
            foreach (JsonElement alert in post.Body.GetProperty("alerts").EnumerateArray())
            {
                if (Label(alert, "alertname") == alertname && alert.GetProperty("status").GetString() == status)
                {
                    return (post, alert);
                }
            }
        }
    }

    /// <summary>Posts that nobody has taken yet, as text.</summary>
    public IReadOnlyList<string> Rest()
    {
        List<string> rest = [];
        while (posts.Reader.TryRead(out AlertPost? post))
        {
            rest.Add(post.Body.GetRawText());
        }
        return rest;
    }

    public static string? Label(JsonElement alert, string name) => alert.GetProperty("labels").GetProperty(name).GetString();

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}

/// <summary>A post: when it came, its Authorization header and its body.</summary>
internal sealed record AlertPost(DateTimeOffset At, string Authorization, JsonElement Body);
