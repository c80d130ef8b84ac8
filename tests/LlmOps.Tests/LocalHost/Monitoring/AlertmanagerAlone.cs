using System.Net.Http.Json;
using LlmOps.LocalHost.Monitoring;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>A real Alertmanager with the shipped routing, and without a Prometheus; its groups are sent again after a second.</summary>
internal sealed class AlertmanagerAlone : IAsyncDisposable
{
    private readonly MonitoringProgram program;
    private readonly HttpClient http;

    private AlertmanagerAlone(MonitoringProgram program, Uri url) => (this.program, http) = (program, new HttpClient { BaseAddress = url });

    public static async Task<AlertmanagerAlone> Start(Uri hook, string token)
    {
        string home = Directory.CreateTempSubdirectory("llmops-storm-").FullName;
        MonitoringSettings settings = new(home, new Uri("http://127.0.0.1:1/"), hook, token);
        MonitoringFiles files = new(settings.Folder);
        Uri url = PrometheusStack.Loopback();
        files.Write(settings, url);
        string routing = await File.ReadAllTextAsync(files.Alertmanager);
        Assert.Contains("group_interval: 10s", routing, StringComparison.Ordinal);
        await File.WriteAllTextAsync(files.Alertmanager, routing.Replace("group_interval: 10s", "group_interval: 1s", StringComparison.Ordinal));
        MonitoringProgram program = await MonitoringProgram.Start(
            PrometheusStack.Alertmanager(settings.Folder, files, url), url, PrometheusStack.Register(settings.Folder), TimeProvider.System, default);
        return new AlertmanagerAlone(program, url);
    }

    public async Task Fire(IEnumerable<object> alerts)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync("api/v2/alerts", alerts);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What it counted of its posts to webhooks under a metric's name.</summary>
    public async Task<double> Counted(string metric)
    {
        string page = await http.GetStringAsync("metrics");
        return page.Split('\n').Where(line => line.StartsWith($"{metric}{{integration=\"webhook\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        await program.DisposeAsync();
    }
}
