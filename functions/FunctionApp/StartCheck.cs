using System.ComponentModel.DataAnnotations;
using LlmOps.Ports;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.FunctionApp;

/// <summary>Says in one message, at start, all that the app still lacks: an event must not be the first to find out.</summary>
internal static class StartCheck
{
    private static readonly Type[] Ports = [typeof(IBlobs), typeof(IGitHost), typeof(IGitReviews), typeof(ICluster), typeof(IClusterRoute), typeof(ILiveTraffic), typeof(IMessageBus)];

    private const string RepositorySetting = "ControlPlane:GitHubRepository";

    private static readonly string[] Settings =
    [
        "ModelStorage", "ServiceBus", "AdvanceSchedule", "CapacitySchedule", "SweepSchedule",
        "ControlPlane:AlertmanagerToken", "ControlPlane:GitHubSecret", "ControlPlane:FluxSecret",
    ];

    /// <summary>Takes the steps of the start, and throws one <see cref="InvalidOperationException"/> for all that they and the settings lack.</summary>
    public static void Run(IServiceCollection services, IConfiguration configuration, params Action[] steps)
    {
        string[] refused = [.. steps.Select(Refusal).OfType<string>()];
        string[] missing =
        [
            .. refused,
            // What a refused step would have added is not missing besides.
            .. from port in Ports where refused.Length == 0 && services.All(service => service.ServiceType != port) select $"no adapter for {port.Name}",
            .. from setting in Settings where !configuration.GetSection(setting).Exists() select $"no setting {setting}",
            .. Repository(configuration[RepositorySetting]),
            .. from setting in configuration.AsEnumerable() where IsReference(setting.Value) orderby setting.Key select $"the Key Vault reference of {setting.Key} is not resolved",
        ];
        if (missing.Length > 0)
        {
            throw new InvalidOperationException($"the app cannot start: {string.Join("; ", missing)}");
        }
    }

    private static string? Refusal(Action step)
    {
        try
        {
            step();
            return null;
        }
        catch (Exception problem) when (problem is InvalidOperationException or ValidationException)
        {
            return problem.Message;
        }
    }

    private static IEnumerable<string> Repository(string? name) =>
        name?.Split('/') is [{ Length: > 0 }, { Length: > 0 }] ? [] : [$"{RepositorySetting} must be the GitOps repository as OWNER/NAME"];

    // The host leaves the text of a reference that it cannot resolve: a secret that anybody can guess.
    private static bool IsReference(string? value) => value?.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) is true;
}
