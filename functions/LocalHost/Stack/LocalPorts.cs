using LlmOps.LocalHost.Adapters;
using LlmOps.LocalHost.Crashes;
using LlmOps.LocalHost.Functions.Queues;
using LlmOps.Ports;
using LlmOps.Rollouts;

namespace LlmOps.LocalHost.Stack;

/// <summary>The local adapters behind the control plane's ports.</summary>
internal static class LocalPorts
{
    public static IServiceCollection AddLocalPorts(this IServiceCollection services, Home home, BareGitHost git, Uri clusterUrl, Uri? prometheusUrl)
    {
        SqliteMessageBus bus = new(home.Queue, TimeProvider.System, new SqliteBusOptions());
        HttpClient cluster = new() { BaseAddress = clusterUrl, Timeout = TimeSpan.FromSeconds(5) };
        ILiveTraffic traffic = prometheusUrl is null
            ? new GatewayTraffic(cluster)
            : new PrometheusTraffic(new HttpClient { BaseAddress = prometheusUrl, Timeout = TimeSpan.FromSeconds(5) });
        return services
            .AddSingleton<IBlobs>(new FolderBlobs(home.Blobs, TimeProvider.System))
            .AddSingleton<IGitHost>(git)
            .AddSingleton<IGitReviews>(new BareGitReviews(home.Repository, TimeProvider.System))
            .AddSingleton<ICluster>(new ProcessCluster(cluster))
            .AddSingleton<IClusterRoute>(new ProcessClusterRoute(cluster))
            .AddSingleton<IMessageBus>(bus)
            .AddSingleton<IQueueReader>(bus)
            .AddSingleton<IFailedBlobs>(new SqliteFailedBlobs(bus))
            .AddSingleton(traffic)
            .AddSingleton<INodePools>(new LocalNodePools(home.NodePools, TimeProvider.System, new LocalNodePoolOptions()))
            .AddCrashPoints();
    }
}
