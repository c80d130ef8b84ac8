using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LlmOps.Ports;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.FunctionApp;

/// <summary>Says in one message, at start, all that the app still lacks: an event must not be the first to find out.</summary>
internal static class StartCheck
{
    private static readonly Type[] Ports = [typeof(IBlobs), typeof(IGitHost), typeof(IGitReviews), typeof(ICluster), typeof(IClusterRoute), typeof(ILiveTraffic), typeof(IMessageBus)];

    private const int MostTold = 2000;

    private static readonly string[] Settings =
    [
        "ModelStorage", "ServiceBus", "AdvanceSchedule", "CapacitySchedule", "SweepSchedule",
        "ControlPlane:AlertmanagerToken", "ControlPlane:GitHubSecret", "ControlPlane:FluxSecret",
    ];

    /// <summary>Before the control plane is added: adds the adapters, and says what they refuse, what is missing and what cannot be what it is for.</summary>
    public static void Run(IServiceCollection services, IConfiguration configuration, params Action[] adapters)
    {
        string[] refused = [.. adapters.Select(Refusal).OfType<string>()];
        string[] missing = [.. Settings.Where(setting => !configuration.GetSection(setting).Exists())];
        Require(
        [
            .. refused,
            // What an adapter that was refused would have added is not missing besides.
            .. from port in Ports where refused.Length == 0 && services.All(service => service.ServiceType != port) select $"no adapter for {port.Name}",
            .. from setting in missing select $"no setting {setting}",
            // What an adapter has said of a setting is not said again.
            .. from wrong in SettingFormats.Problems(configuration) where !refused.Any(said => said.Contains(wrong.Setting, StringComparison.Ordinal)) select wrong.Problem,
            .. Options(configuration, missing),
            .. from setting in configuration.AsEnumerable() where IsReference(setting.Value) orderby setting.Key select $"the Key Vault reference of {setting.Key} is not resolved",
        ]);
    }

    private static string? Refusal(Action adapter)
    {
        try
        {
            adapter();
            return null;
        }
        catch (Exception problem) when (problem is InvalidOperationException or ValidationException)
        {
            return PlainText.OneLine(problem.Message, MostTold);
        }
    }

    /// <summary>With the finished container: constructs the class of each function, as an event would.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Whatever keeps a function from being constructed is one of the reasons to name.")]
    public static void Construct(IServiceProvider services)
    {
        List<string> problems = [];
        foreach (Type function in Functions())
        {
            using IServiceScope scope = services.CreateScope();
            try
            {
                ActivatorUtilities.CreateInstance(scope.ServiceProvider, function);
            }
            catch (Exception error)
            {
                problems.Add($"{function.Name} cannot be constructed: {PlainText.OneLine(error.Message)}");
            }
        }
        Require(problems);
    }

    private static IEnumerable<Type> Functions() => typeof(StartCheck).Assembly.GetTypes()
        .Where(type => type.GetMethods().Any(method => method.GetCustomAttribute<FunctionAttribute>() is not null))
        .OrderBy(type => type.Name, StringComparer.Ordinal);

    private static IEnumerable<string> Options(IConfiguration configuration, string[] missing)
    {
        IConfigurationSection section = configuration.GetSection("ControlPlane");
        if (!section.Exists())
        {
            return [];
        }
        try
        {
            return CheckOptions.Problems(section.Get<ControlPlaneOptions>()!)
                .Where(problem => !problem.MemberNames.Any(name => missing.Contains($"{section.Key}:{name}")))
                .Select(problem => $"{section.Key}: {problem.ErrorMessage}");
        }
        catch (InvalidOperationException error)
        {
            return [PlainText.OneLine(error.Message)];
        }
    }

    private static void Require(List<string> problems)
    {
        if (problems.Count > 0)
        {
            throw new InvalidOperationException($"the app cannot start: {string.Join("; ", problems)}");
        }
    }

    // The host leaves the text of a reference that it cannot resolve: a secret that anybody can guess.
    private static bool IsReference(string? value) => value?.StartsWith("@Microsoft.KeyVault(", StringComparison.OrdinalIgnoreCase) is true;
}
