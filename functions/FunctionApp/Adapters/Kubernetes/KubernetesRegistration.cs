using Azure.Core;
using LlmOps.Kubernetes;
using LlmOps.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>Adds the cluster that Flux reconciles: ICluster, IClusterRoute and the count of ready nodes.</summary>
internal static class KubernetesRegistration
{
    /// <summary>Adds it by the settings `Kubernetes`.</summary>
    public static IServiceCollection AddKubernetes(this IServiceCollection services, IConfiguration configuration) =>
        services.AddKubernetes(configuration.GetSection("Kubernetes").Get<KubernetesOptions>() ?? new KubernetesOptions());

    /// <summary>Adds it; the host adds a <see cref="TokenCredential"/> where the access is Aks. Nothing is called before it is used.</summary>
    public static IServiceCollection AddKubernetes(this IServiceCollection services, KubernetesOptions options)
    {
        options.Validate();
        services.TryAddSingleton(TimeProvider.System);
        return services.AddSingleton(options)
            .AddSingleton<IClusterAccess>(provider => Access(options, provider))
            .AddSingleton<ClusterConnection>()
            .AddSingleton<KubernetesApi>()
            .AddSingleton<FluxApi>()
            .AddSingleton<SlotReader>()
            .AddSingleton<ICluster, KubernetesCluster>()
            .AddSingleton<IClusterRoute, KubernetesRoute>()
            .AddSingleton<KubernetesNodes>()
            .AddSingleton<ReadyNodes>(provider => provider.GetRequiredService<KubernetesNodes>().Ready);
    }

    private static IClusterAccess Access(KubernetesOptions options, IServiceProvider provider) => options.Access switch
    {
        ClusterAccess.Aks => new AksAccess(
            options, provider.GetRequiredService<TokenCredential>(), new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = options.Timeout }),
        ClusterAccess.InCluster => new InClusterAccess(InClusterAccess.Mounted, Environment.GetEnvironmentVariable),
        ClusterAccess.KubeConfig => new KubeConfigAccess(options.KubeConfigPath),
        _ => throw new InvalidOperationException($"unknown access {options.Access}"),
    };
}
