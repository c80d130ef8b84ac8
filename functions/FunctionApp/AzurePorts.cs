using Azure.Core;
using Azure.Identity;
using Azure.Messaging.ServiceBus;
using Azure.Monitor.OpenTelemetry.Exporter;
using Azure.ResourceManager;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using LlmOps.FunctionApp.Adapters.Aks;
using LlmOps.FunctionApp.Adapters.Blob;
using LlmOps.FunctionApp.Adapters.Prometheus;
using LlmOps.FunctionApp.Adapters.Queues;
using LlmOps.FunctionApp.Adapters.ServiceBus;
using LlmOps.Kubernetes;
using LlmOps.Ports;
using LlmOps.Rollouts;
using Microsoft.Azure.Functions.Worker.OpenTelemetry;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.FunctionApp;

/// <summary>The cloud's adapters behind the control plane's ports, all of them by one identity.</summary>
internal static class AzurePorts
{
    private static readonly TimeSpan PrometheusTimeout = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddAzurePorts(this IServiceCollection services, AzureSettings settings)
    {
        DefaultAzureCredential identity = new(new DefaultAzureCredentialOptions { ManagedIdentityClientId = settings.ClientId });
        services.AddSingleton<TokenCredential>(identity).AddSingleton<Backoff>();
        services.AddSingleton<IBlobs>(new AzureBlobs(new BlobServiceClient(settings.Blobs, identity)));
        services.AddSingleton<IFailedBlobs>(new QueueFailedBlobs(new QueueClient(new Uri(settings.Queues, QueueFailedBlobs.Name), identity)));
        services.AddSingleton(_ => new ServiceBusClient(settings.ServiceBus, identity)).AddSingleton<IMessageBus, ServiceBusMessageBus>();
        if (settings.ClusterId is { } cluster)
        {
            services.AddSingleton<INodePools>(provider => new AksNodePools(
                new ArmClient(identity), new ResourceIdentifier(cluster), settings.GpusPerNode, provider.GetService<ReadyNodes>()));
        }
        return services.AddPrometheus(settings, identity).AddTelemetry(settings, identity);
    }

    private static IServiceCollection AddPrometheus(this IServiceCollection services, AzureSettings settings, TokenCredential identity)
    {
        IHttpClientBuilder client = services.AddHttpClient<ILiveTraffic, PrometheusTraffic>(http =>
        {
            http.BaseAddress = settings.Prometheus;
            http.Timeout = PrometheusTimeout;
        });
        if (settings.PrometheusAudience is { } audience)
        {
            client.AddHttpMessageHandler(() => new CredentialHandler(identity, audience));
        }
        return services;
    }

    // Without a destination the exporter would not start.
    private static IServiceCollection AddTelemetry(this IServiceCollection services, AzureSettings settings, TokenCredential identity)
    {
        if (settings.Telemetry)
        {
            services.AddOpenTelemetry().UseFunctionsWorkerDefaults().UseAzureMonitorExporter(exporter =>
            {
                if (settings.TelemetryByIdentity)
                {
                    exporter.Credential = identity;
                }
            });
        }
        return services;
    }
}
