using System.ComponentModel.DataAnnotations;
using LlmOps.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;

namespace LlmOps.Flux;

/// <summary>Adds the call of Flux' Receiver where one is configured.</summary>
public static class FluxReceiver
{
    private const string Client = "flux-receiver";

    /// <summary>
    /// Lets each hint to the cluster call the Receiver too. The host adds its ICluster before, and a
    /// <see cref="BearerSource"/> where the proof is an identity.
    /// </summary>
    public static IServiceCollection AddFluxReceiver(this IServiceCollection services, FluxReceiverOptions options)
    {
        options.Validate();
        ServiceDescriptor cluster = services.LastOrDefault(known => known.ServiceType == typeof(ICluster))
            ?? throw new InvalidOperationException("add the adapter of ICluster before the Receiver");
        services.TryAddSingleton(TimeProvider.System);
        // A redirect would show the proof to another host.
        services.AddHttpClient(Client).ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { AllowAutoRedirect = false }).RemoveAllLoggers();
        services.Remove(cluster);
        return services.AddSingleton(provider => Receiver(provider, options))
            .AddSingleton<ICluster>(provider => new HintedCluster(Inner(cluster, provider), provider.GetRequiredService<CallReceiver>()));
    }

    private static CallReceiver Receiver(IServiceProvider provider, FluxReceiverOptions options)
    {
        BearerSource? bearer = provider.GetService<BearerSource>();
        return options.Proof == ReceiverProof.Oidc && bearer is null
            ? throw new ValidationException("FluxReceiver:Proof is Oidc, and this host has no identity to show")
            : new CallReceiver(
                provider.GetRequiredService<IHttpClientFactory>().CreateClient(Client), options,
                provider.GetRequiredService<ILogger<CallReceiver>>(), provider.GetRequiredService<TimeProvider>(), bearer);
    }

    private static ICluster Inner(ServiceDescriptor cluster, IServiceProvider provider) => (ICluster)(
        cluster.ImplementationInstance
        ?? cluster.ImplementationFactory?.Invoke(provider)
        ?? ActivatorUtilities.CreateInstance(provider, cluster.ImplementationType!));
}
