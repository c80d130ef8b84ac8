using System.Net;
using System.Net.Http.Json;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>The process cluster through its API; the client's base address is the cluster's.</summary>
internal sealed class ProcessCluster(HttpClient http) : ICluster
{
    public async Task<string?> ReconciledRevision(CancellationToken cancellation) =>
        (await http.GetFromJsonAsync<RevisionReply>("revision", Wire.Json, cancellation))?.Revision;

    public async Task RequestReconcile(CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PostAsync(new Uri("reconcile", UriKind.Relative), content: null, cancellation);
        response.EnsureSuccessStatusCode();
    }

    public Task<SlotStatus?> Slot(string model, string slot, CancellationToken cancellation) =>
        Find<SlotStatus>($"slots/{Uri.EscapeDataString(model)}/{Uri.EscapeDataString(slot)}", cancellation);

    public async Task<IReadOnlyList<ClusterEvent>> RecentEvents(string model, string slot, CancellationToken cancellation) =>
        await Find<ClusterEvent[]>($"slots/{Uri.EscapeDataString(model)}/{Uri.EscapeDataString(slot)}/events", cancellation) ?? [];

    private async Task<T?> Find<T>(string path, CancellationToken cancellation) where T : class
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri(path, UriKind.Relative), cancellation);
        if (response.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadFromJsonAsync<T>(Wire.Json, cancellation);
    }

    private sealed record RevisionReply(string? Revision);
}
