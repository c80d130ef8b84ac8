using LlmOps.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.FunctionApp;

/// <summary>Says in one message, at start, all that the app still lacks: an event must not be the first to find out.</summary>
internal static class StartCheck
{
    private static readonly Type[] Ports = [typeof(IBlobs), typeof(IGitHost), typeof(IGitReviews), typeof(ICluster), typeof(IClusterRoute), typeof(ILiveTraffic), typeof(IMessageBus)];

    private static readonly string[] Settings =
    [
        "ModelStorage", "ServiceBus", "AdvanceSchedule", "CapacitySchedule", "SweepSchedule",
        "ControlPlane:AlertmanagerToken", "ControlPlane:GitHubSecret", "ControlPlane:FluxSecret",
    ];

    public static void Run(IServiceCollection services, IConfiguration configuration)
    {
        string[] missing =
        [
            .. from port in Ports where services.All(service => service.ServiceType != port) select $"no adapter for {port.Name}",
            .. from setting in Settings where !configuration.GetSection(setting).Exists() select $"no setting {setting}",
            .. from setting in configuration.AsEnumerable() where IsReference(setting.Value) orderby setting.Key select $"the Key Vault reference of {setting.Key} is not resolved",
        ];
        if (missing.Length > 0)
        {
            throw new InvalidOperationException($"the app cannot start: {string.Join("; ", missing)}");
        }
    }

    // The host leaves the text of a reference that it cannot resolve: a secret that anybody can guess.
    private static bool IsReference(string? value) => value?.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) is true;
}
