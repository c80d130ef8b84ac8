using System.Net;
using System.Net.Sockets;
using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Functions;
using LlmOps.LocalHost.Functions.Http;
using LlmOps.LocalHost.Monitoring;

namespace LlmOps.LocalHost.Stack;

/// <summary>
/// The whole product on one machine: the Functions app in the embedded host, over a folder, a bare repository, SQLite and
/// the process cluster, with Prometheus and Alertmanager where they are installed.
/// </summary>
internal sealed class LocalStack : IAsyncDisposable
{
    private readonly Home home;
    private readonly FileStream held;
    private WebApplication? app;
    private ClusterProcess? cluster;
    private PrometheusStack? prometheus;

    private LocalStack(Home home, FileStream held) => (this.home, this.held) = (home, held);

    public IServiceProvider Services => app!.Services;

    /// <summary>Where the control plane listens.</summary>
    public Uri Url { get; private set; } = new("http://127.0.0.1");

    /// <summary>Where users' requests go, or null when the cluster is not the stack's own.</summary>
    public Uri? GatewayUrl => cluster?.GatewayUrl;

    public Uri? ClusterUrl => cluster?.Url;

    public bool HasPrometheus => prometheus is not null;

    /// <summary>
    /// Starts the stack of a home; throws <see cref="InvalidOperationException"/> when one runs there already. What was
    /// started before a failure is stopped.
    /// </summary>
    public static async Task<LocalStack> Start(StackSettings settings, CancellationToken cancellation)
    {
        Directory.CreateDirectory(settings.Home.Folder);
        LocalStack stack = new(settings.Home, Hold(settings.Home));
        try
        {
            await stack.StartParts(settings, cancellation);
            return stack;
        }
        catch
        {
            await stack.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops everything: the control plane first, then its watchers, then those who serve.</summary>
    public async ValueTask DisposeAsync()
    {
        File.Delete(home.StackCard);
        if (app is not null)
        {
            await app.StopAsync();
        }
        if (prometheus is not null)
        {
            await prometheus.DisposeAsync();
        }
        if (app is not null)
        {
            // Its log is where the watchers' keeper writes.
            await app.DisposeAsync();
        }
        if (cluster is not null)
        {
            await cluster.DisposeAsync();
        }
        await held.DisposeAsync();
    }

    private async Task StartParts(StackSettings settings, CancellationToken cancellation)
    {
        Secrets secrets = Secrets.Of(home);
        BareGitHost git = await BareGitHost.Create(home.Repository, settings.Template, TimeProvider.System, cancellation);
        cluster = settings.ClusterUrl is null ? await ClusterProcess.Start(home, settings.Development, cancellation) : null;
        Uri clusterUrl = settings.ClusterUrl ?? cluster!.Url;
        Url = new($"http://127.0.0.1:{(settings.Port == 0 ? FreePort() : settings.Port)}");
        prometheus = settings.Monitoring && PrometheusStack.IsInstalled
            ? await PrometheusStack.Start(
                new MonitoringSettings(home.Folder, clusterUrl, new Uri(Url, "/hooks/alertmanager"), secrets.AlertmanagerToken), cancellation)
            : null;
        app = Build(settings, secrets, git, clusterUrl, prometheus?.PrometheusUrl, Url);
        prometheus?.KeepAlive(app.Services.GetRequiredService<ILogger<PrometheusStack>>());
        await app.StartAsync(cancellation);
        StackCard.OfThisProcess(Url, cluster?.GatewayUrl).Write(home.StackCard);
    }

    private static WebApplication Build(StackSettings settings, Secrets secrets, BareGitHost git, Uri clusterUrl, Uri? prometheusUrl, Uri url)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url.ToString());
        builder.Logging.ClearProviders().AddFile(Path.Combine(settings.Home.Logs, "control-plane.log"));
        builder.Services
            .AddControlPlane(LocalWebhooks.AddTo(secrets.ToOptions(), settings.Home))
            .AddLocalPorts(settings.Home, git, clusterUrl, prometheusUrl)
            .AddEmbeddedFunctions(new EmbeddedHostOptions { HostKey = secrets.ApiKey, Settings = LocalSettings.Values });
        WebApplication app = builder.Build();
        app.MapFunctions();
        return app;
    }

    private static FileStream Hold(Home home)
    {
        try
        {
            return new FileStream(home.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw new InvalidOperationException($"a stack runs in {home.Folder} already; stop it, or give another --home");
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
