using System.Text.Json;
using LlmOps.LocalHost.Cluster.Gateway;
using LlmOps.LocalHost.Cluster.Pods;
using LlmOps.LocalHost.Cluster.Reconciling;
using LlmOps.LocalHost.Processes;
using LlmOps.Ports;
using Yarp.ReverseProxy.Forwarder;

namespace LlmOps.LocalHost.Cluster;

/// <summary>Runs the process cluster: Kubernetes, Flux and the Gateway of one machine.</summary>
internal static partial class RunCluster
{
    /// <summary>Runs until cancelled or orphaned, and ends every pod before it returns. 1: another cluster runs in this home.</summary>
    public static async Task<int> Run(ClusterSettings settings, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.Combine(settings.Home, "logs"));
        using ILoggerFactory logging = LoggerFactory.Create(log => log.AddSimpleConsole(console =>
        {
            (console.SingleLine, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-ddTHH:mm:ss.fffZ ");
        }));
        ILogger logger = logging.CreateLogger("cluster");
        using FileStream? alone = HomeLock.Take(settings.Home);
        if (alone is null)
        {
            Log.AlreadyRuns(logger, settings.Home);
            return 1;
        }
        await RunAlone(settings, logger, cancellation);
        return 0;
    }

    /// <summary>Where a cluster writes down the servers that it started.</summary>
    public static ProcessRegister Register(string home) => new(Path.Combine(home, "cluster-processes.json"));

    private static async Task RunAlone(ClusterSettings settings, ILogger logger, CancellationToken cancellation)
    {
        TimeProvider clock = TimeProvider.System;
        Chance chance = new(settings.Seed);
        ProcessRegister register = Register(settings.Home);
        Log.OrphansEnded(logger, await register.EndOrphans(TimeSpan.FromSeconds(5), clock, cancellation));

        RouteTable routes = new();
        ServiceDirectory services = new();
        await using WebApplication gateway = Listener.Build(settings.GatewayPort, add => add.AddHttpForwarder());
        using Forwarding forwarding = new(gateway.Services.GetRequiredService<IHttpForwarder>(), clock);
        using MirroredRequests mirrored = new(services, clock);
        gateway.Run(new RoutedRequests(routes, services, forwarding, mirrored, clock).Handle);

        using HttpClient probing = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
        Node node = new(settings, register, new ProbeRounds(probing, clock), chance, clock);
        ClusterObjects objects = new(node, services, routes, forwarding, logger);
        using Reconciler reconciler = new(new FollowedRepository(settings.Repository), objects, new Pace(settings, chance, clock), logger);
        ParentGuard guard = new(settings.ParentPid, settings.OrphanedFor, clock);
        await using WebApplication api = Listener.Build(settings.Port);
        new ClusterApi(objects, reconciler, node, new MetricsPage(services, routes, () => objects.Pods().Select(Series)), guard).MapTo(api);

        await gateway.StartAsync(cancellation);
        await api.StartAsync(cancellation);
        string card = Path.Combine(settings.Home, "cluster.json");
        Uri url = Listener.Address(api);
        WholeFile.Write(card, JsonSerializer.Serialize(
            new { pid = Environment.ProcessId, url, gatewayUrl = Listener.Address(gateway), startTime = ProcFs.StartTime(Environment.ProcessId) }, Wire.Json));
        Log.Ready(logger, url, Listener.Address(gateway));

        await RunUntilDone(reconciler, guard, cancellation);
        await EndPods(objects, register, settings.ShutdownGrace, clock);
        File.Delete(card);
    }

    private static async Task RunUntilDone(Reconciler reconciler, ParentGuard guard, CancellationToken cancellation)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task following = reconciler.Run(end.Token);
        await Task.WhenAny(following, guard.Orphaned(end.Token));
        await end.CancelAsync();
        await following;
    }

    private static async Task EndPods(ClusterObjects objects, ProcessRegister register, TimeSpan grace, TimeProvider clock)
    {
        Task drained = objects.Drain();
        await drained.WaitAsync(grace, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        register.KillAll();
        await drained;
    }

    private static PodSeries Series(Pod pod) => new(
        new(pod.Template.Model, pod.Template.Slot, pod.Template.Version),
        pod.Name,
        pod.Status is { WasReady: true, ShouldRun: true });

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "Cluster API on {Url}, gateway on {GatewayUrl}")]
        public static partial void Ready(ILogger logger, Uri url, Uri gatewayUrl);

        [LoggerMessage(LogLevel.Information, "{Count} processes of an earlier cluster were ended")]
        public static partial void OrphansEnded(ILogger logger, int count);

        [LoggerMessage(LogLevel.Error, "Another cluster runs in {Home}")]
        public static partial void AlreadyRuns(ILogger logger, string home);
    }
}
