using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Monitoring;

/// <summary>A real Prometheus and a real Alertmanager on loopback, with the shipped rules; stopped when disposed.</summary>
internal sealed class PrometheusStack : IAsyncDisposable
{
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(5);
    private readonly MonitoringProgram prometheus;
    private readonly MonitoringProgram alertmanager;

    private PrometheusStack(MonitoringProgram prometheus, Uri prometheusUrl, MonitoringProgram alertmanager, Uri alertmanagerUrl) =>
        (this.prometheus, PrometheusUrl, this.alertmanager, AlertmanagerUrl) = (prometheus, prometheusUrl, alertmanager, alertmanagerUrl);

    /// <summary>Whether both programs are on the PATH.</summary>
    public static bool IsInstalled =>
        InstalledProgram.Find(InstalledProgram.Prometheus) is not null && InstalledProgram.Find(InstalledProgram.Alertmanager) is not null;

    public Uri PrometheusUrl { get; }

    public Uri AlertmanagerUrl { get; }

    /// <summary>Ends what a killed predecessor left in this home, starts both programs and waits until they are ready.</summary>
    public static async Task<PrometheusStack> Start(MonitoringSettings settings, CancellationToken cancellation)
    {
        TimeProvider clock = TimeProvider.System;
        (Uri prometheusUrl, Uri alertmanagerUrl) = (Loopback(), Loopback());
        MonitoringFiles files = new(settings.Folder);
        files.Write(settings, alertmanagerUrl);
        ProcessRegister register = Register(settings.Folder);
        await register.EndOrphans(StopGrace, clock, cancellation);

        MonitoringProgram alertmanager = await MonitoringProgram.Start(
            Alertmanager(settings.Folder, files, alertmanagerUrl), alertmanagerUrl, register, clock, cancellation);
        try
        {
            MonitoringProgram prometheus = await MonitoringProgram.Start(
                Prometheus(settings.Folder, files, prometheusUrl), prometheusUrl, register, clock, cancellation);
            return new(prometheus, prometheusUrl, alertmanager, alertmanagerUrl);
        }
        catch
        {
            await alertmanager.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends what a killed predecessor left in a home.</summary>
    public static Task<int> EndLeft(string home, CancellationToken cancellation) =>
        Register(Path.Combine(home, "monitoring")).EndOrphans(StopGrace, TimeProvider.System, cancellation);

    /// <summary>From now on starts each program again that dies, at its address and on its files, and says so.</summary>
    public void KeepAlive(ILogger logger)
    {
        prometheus.KeepAlive(logger);
        alertmanager.KeepAlive(logger);
    }

    public async ValueTask DisposeAsync()
    {
        await prometheus.DisposeAsync();
        await alertmanager.DisposeAsync();
    }

    internal static ProcessRegister Register(string folder) => new(Path.Combine(folder, "processes.json"));

    internal static Uri Loopback() => new UriBuilder("http", "127.0.0.1", LoopbackPort.Free()).Uri;

    private static ChildCommand Prometheus(string folder, MonitoringFiles files, Uri url) => new(
    [
        InstalledProgram.Require(InstalledProgram.Prometheus),
        $"--config.file={files.Prometheus}",
        $"--storage.tsdb.path={Path.Combine(folder, "prometheus")}",
        "--storage.tsdb.retention.time=2h",
        $"--web.listen-address={url.Authority}",
        "--log.level=warn",
    ], Path.Combine(folder, "prometheus.log"));

    /// <summary>Alone: without an address for its cluster it looks for no peers.</summary>
    internal static ChildCommand Alertmanager(string folder, MonitoringFiles files, Uri url) => new(
    [
        InstalledProgram.Require(InstalledProgram.Alertmanager),
        $"--config.file={files.Alertmanager}",
        $"--storage.path={Path.Combine(folder, "alertmanager")}",
        "--data.retention=2h",
        $"--web.listen-address={url.Authority}",
        "--cluster.listen-address=",
        "--log.level=warn",
    ], Path.Combine(folder, "alertmanager.log"));
}
