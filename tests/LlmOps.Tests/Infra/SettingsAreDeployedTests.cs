using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Flux;
using LlmOps.FunctionApp.Triggers;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Infra;

public sealed partial class SettingsAreDeployedTests
{
    // Each has a default that fits, and is set by `extraSettings` where it does not.
    private static readonly string[] LeftToTheirDefaults =
    [
        "ControlPlane__HistoryDepth", "ControlPlane__Recheck", "ControlPlane__EvaluationSlice", "ControlPlane__ProbeTimeout",
        "ControlPlane__GitPatience", "ControlPlane__WebhookNetworks", "ControlPlane__WebhookAttempts", "ControlPlane__WebhookTimeout",
        "GitHub__HookId", "GitHub__ReservedRequests", "GitHub__Timeout", "GitHub__Patience",
        "FluxReceiver__Tries", "FluxReceiver__RetryDelay", "FluxReceiver__Patience",
    ];

    private static readonly string[] Example =
    [
        .. JsonDocument.Parse(Repository.Text("local.settings.example.json")).RootElement.GetProperty("Values").EnumerateObject().Select(value => value.Name),
    ];

    [RequiresFact(Tool.InfraReaders)]
    public void Every_setting_of_the_example_is_deployed_and_no_other()
    {
        // On Flex Consumption the runtime stands in functionAppConfig; the host's storage is several settings, for it is reached by identity.
        string[] expected = [.. Example.Where(name => name != "FUNCTIONS_WORKER_RUNTIME").Order(StringComparer.Ordinal)];
        string[] deployed = [.. Deployed().Select(name => name.StartsWith("AzureWebJobsStorage__", StringComparison.Ordinal) ? "AzureWebJobsStorage" : name)
            .Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(expected, deployed);
        Assert.Equal("dotnet-isolated", BicepFile.Of("modules/functions.bicep").Resources.Single(resource => resource.Symbol == "app").At("properties.functionAppConfig.runtime.name"));
    }

    [Fact]
    public void Every_setting_that_the_code_reads_is_in_the_example()
    {
        string[] sources = [.. Directory.EnumerateFiles(Repository.At("functions", "FunctionApp"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)).Select(File.ReadAllText)];
        string[] named = [.. sources.SelectMany(source => NamedSetting().Matches(source)).Select(match => match.Groups.Values.Skip(1).First(group => group.Success).Value.Replace(":", "__", StringComparison.Ordinal)).Distinct()];
        Assert.Contains("AdvanceSchedule", named);
        Assert.All(named, name => Assert.Contains(Example, value => value == name || value.StartsWith(name + "__", StringComparison.Ordinal)));

        IEnumerable<string> options = Options().SelectMany(each => each.Value.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is not null).Select(property => $"{each.Key}__{property.Name}"));
        Assert.All(options.Except(LeftToTheirDefaults), name => Assert.Contains(Example, value => value == name || value.StartsWith(name + "__", StringComparison.Ordinal)));
        Assert.Empty(LeftToTheirDefaults.Except(options));
    }

    [Fact]
    public void Every_setting_of_the_example_is_one_that_the_code_knows()
    {
        Dictionary<string, Type> options = Options();
        Assert.All(Example.Where(name => options.ContainsKey(name.Split("__")[0])), name => Assert.True(IsKnown(options[name.Split("__")[0]], name.Split("__")[1..]), name));
    }

    // A section's options are the record of its name.
    private static Dictionary<string, Type> Options()
    {
        Type[] types = [.. typeof(ControlPlaneOptions).Assembly.GetTypes(), .. typeof(BlobModelUploaded).Assembly.GetTypes()];
        Dictionary<string, Type> found = Example.Where(name => name.Contains("__", StringComparison.Ordinal)).Select(name => name.Split("__")[0]).Distinct()
            .Select(section => (section, Type: types.SingleOrDefault(type => type.Name == $"{section}Options")))
            .Where(each => each.Type is not null).ToDictionary(each => each.section, each => each.Type!);
        Assert.Equal(typeof(FluxReceiverOptions), found["FluxReceiver"]);
        return found;
    }

    private static bool IsKnown(Type type, string[] path)
    {
        if (path.Length == 0)
        {
            return true;
        }
        if (type.IsGenericType && type.GetGenericArguments() is [.., Type held])
        {
            return (type.GetGenericArguments().Length == 2 || int.TryParse(path[0], out _)) && IsKnown(held, path[1..]);
        }
        return type.GetProperty(path[0]) is { SetMethod: not null } property && IsKnown(property.PropertyType, path[1..]);
    }

    private static IEnumerable<string> Deployed() => BicepFile.Of("modules/app-settings.bicep").Variables
        .SelectMany(variable => Objects(variable.Value)).SelectMany(held => held.EnumerateObject()).Select(member => member.Name);

    private static IEnumerable<JsonElement> Objects(JsonElement value) =>
        value.TryGetProperty("o", out JsonElement members) ? [members]
        : value.TryGetProperty("or", out JsonElement either) ? either.EnumerateArray().SelectMany(Objects)
        : [];

    [GeneratedRegex("""%(\w+)%|Connection = "(\w+)"|Get(?:Required)?Section\("([\w:]+)"\)|configuration\["([\w:]+)"\]|GetValue<\w+>\("([\w:]+)"\)""")]
    private static partial Regex NamedSetting();
}
