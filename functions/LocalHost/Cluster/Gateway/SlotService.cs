using LlmOps.LocalHost.Cluster.Manifests;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>
/// A slot's own Service: a listener of its own that goes to the slot's ready pods, past the route and its counters.
/// Its address stays the same while pods come and go.
/// </summary>
internal sealed class SlotService : IAsyncDisposable
{
    private readonly WebApplication app;

    private SlotService(WebApplication app) => this.app = app;

    public Uri Address => Listener.Address(app);

    public static async Task<SlotService> Start(SlotSpec spec, EndpointSlice slice, Forwarding forwarding)
    {
        WebApplication app = Listener.Build(port: 0);
        app.Run(async context =>
        {
            if (slice.Next() is { } endpoint)
            {
                await forwarding.Send(context, endpoint.Address, timeout: null);
                return;
            }
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync($"{spec.Model}/{spec.Slot} has no ready pod\n", context.RequestAborted);
        });
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
