using System.Net.Http.Json;
using LlmOps.Audit;
using LlmOps.Inbox;
using LlmOps.LocalHost.Stack;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Rollbacks;

namespace LlmOps.LocalHost.Cli;

/// <summary>Talks to the control plane that runs in a home.</summary>
internal sealed class StackClient : IDisposable
{
    private readonly HttpClient http;

    private StackClient(HttpClient http) => this.http = http;

    /// <summary>Finds the control plane of a home; null when none runs.</summary>
    public static StackClient? Find(Home home)
    {
        if (StackCard.Read(home.StackCard) is not { } card)
        {
            return null;
        }
        HttpClient http = new() { BaseAddress = card.Url, Timeout = TimeSpan.FromSeconds(30) };
        http.DefaultRequestHeaders.Add("x-functions-key", Secrets.Of(home).ApiKey);
        return new StackClient(http);
    }

    public void Dispose() => http.Dispose();

    public async Task<IReadOnlyList<Release>> List(string? model, CancellationToken cancellation) =>
        await http.GetFromJsonAsync<List<Release>>(model is null ? "api/releases" : $"api/releases?model={model}", Wire.Json, cancellation) ?? [];

    /// <summary>The release, or null when there is none yet.</summary>
    public async Task<Release?> Get(string model, string version, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri($"api/releases/{model}/{version}", UriKind.Relative), cancellation);
        return response.StatusCode == System.Net.HttpStatusCode.NotFound
            ? null
            : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<Release>(Wire.Json, cancellation);
    }

    /// <summary>The gate report as Markdown, or null when there is none.</summary>
    public async Task<string?> Report(string model, string version, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri($"api/releases/{model}/{version}/report", UriKind.Relative), cancellation);
        return response.IsSuccessStatusCode ? await response.Content.ReadAsStringAsync(cancellation) : null;
    }

    public async Task<IReadOnlyList<ModelView>> Models(CancellationToken cancellation) =>
        await http.GetFromJsonAsync<List<ModelView>>("api/models", Wire.Json, cancellation) ?? [];

    /// <summary>A model of the registry, or null when there is none.</summary>
    public async Task<ModelView?> Model(string model, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.GetAsync(new Uri($"api/models/{model}", UriKind.Relative), cancellation);
        return response.StatusCode == System.Net.HttpStatusCode.NotFound
            ? null
            : await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<ModelView>(Wire.Json, cancellation);
    }

    public async Task<IReadOnlyList<AuditEntry>> Audit(long after, CancellationToken cancellation) =>
        await http.GetFromJsonAsync<List<AuditEntry>>($"api/audit?after={after}", Wire.Json, cancellation) ?? [];

    public async Task<Receipt> RollBack(RollbackRequest request, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync("api/rollbacks", request, Wire.Json, cancellation);
        return new Receipt((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    public async Task<Receipt> Order(ReleaseCommand order, CancellationToken cancellation)
    {
        string address = order.Version is { } version ? $"api/releases/{Uri.EscapeDataString(order.Model)}/{Uri.EscapeDataString(version)}/commands" : $"api/releases/{Uri.EscapeDataString(order.Model)}/commands";
        using HttpResponseMessage response = await http.PostAsJsonAsync(address, new { order.Verb, order.By, order.Reason, order.Key, order.Source }, Wire.Json, cancellation);
        return new Receipt((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }
}
