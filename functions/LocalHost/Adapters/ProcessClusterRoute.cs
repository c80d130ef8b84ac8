using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>The process cluster's routes past Git, through its API; the client's base address is the cluster's.</summary>
internal sealed class ProcessClusterRoute(HttpClient http) : IClusterRoute
{
    public Task SendAllTo(string model, string slot, CancellationToken cancellation) =>
        Send(HttpMethod.Put, $"routes/{Uri.EscapeDataString(model)}/{Uri.EscapeDataString(slot)}", cancellation);

    public Task Resume(string model, CancellationToken cancellation) => Send(HttpMethod.Delete, $"routes/{Uri.EscapeDataString(model)}", cancellation);

    private async Task Send(HttpMethod method, string path, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(method, new Uri(path, UriKind.Relative));
        using HttpResponseMessage response = await http.SendAsync(request, cancellation);
        response.EnsureSuccessStatusCode();
    }
}
