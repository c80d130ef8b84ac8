using System.Reflection;
using System.Text.RegularExpressions;
using LlmOps.FunctionApp.Triggers;
using LlmOps.Ports;
using LlmOps.Tests.Requirements;
using Microsoft.Azure.Functions.Worker;

namespace LlmOps.Tests.Infra;

public sealed partial class DeploymentFitsTheCodeTests
{
    private static readonly (string Type, string Path, string Expected)[] Closed =
    [
        ("Microsoft.Storage/storageAccounts", "properties.allowSharedKeyAccess", "false"),
        ("Microsoft.Storage/storageAccounts", "properties.allowBlobPublicAccess", "false"),
        ("Microsoft.Storage/storageAccounts", "properties.minimumTlsVersion", "TLS1_2"),
        ("Microsoft.ServiceBus/namespaces", "properties.disableLocalAuth", "true"),
        ("Microsoft.KeyVault/vaults", "properties.enableRbacAuthorization", "true"),
        ("Microsoft.KeyVault/vaults", "properties.enablePurgeProtection", "true"),
        ("Microsoft.ContainerRegistry/registries", "properties.adminUserEnabled", "false"),
        ("Microsoft.ContainerService/managedClusters", "properties.disableLocalAccounts", "true"),
        ("Microsoft.Insights/components", "properties.DisableLocalAuth", "true"),
        ("Microsoft.Web/sites", "properties.httpsOnly", "true"),
        ("Microsoft.Web/sites/basicPublishingCredentialsPolicies", "properties.allow", "false"),
    ];

    [RequiresFact(Tool.InfraReaders)]
    public void The_queues_are_those_of_the_code_with_sessions_and_a_dead_letter_after_ten_tries()
    {
        BicepFile file = BicepFile.Of("modules/service-bus.bicep");
        string[] names = [.. file.Variables.Single(variable => variable.Name == "queueNames").Value.GetProperty("a").EnumerateArray().Select(name => name.GetProperty("s").GetString()!)];
        Assert.Equal(Constants(typeof(Queues)).Order(), names.Order());
        Resource queues = file.Resources.Single(resource => resource.Type == "Microsoft.ServiceBus/namespaces/queues");
        Assert.Equal(("true", "false", "10"), (queues.At("properties.requiresSession"), queues.At("properties.requiresDuplicateDetection"), queues.At("properties.maxDeliveryCount")));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_containers_are_those_of_the_code() => Assert.Equal(Constants(typeof(Containers)).Order(), BicepFile.Of("modules/storage.bicep").Resources
        .Where(resource => resource.Type.EndsWith("/containers", StringComparison.Ordinal)).Select(resource => resource.At("name")!).Order());

    [RequiresFact(Tool.InfraReaders)]
    public void Instances_wait_for_functions_that_exist()
    {
        string[] functions = [.. typeof(BlobModelUploaded).Assembly.GetTypes().SelectMany(type => type.GetMethods())
            .Select(method => method.GetCustomAttribute<FunctionAttribute>()?.Name).OfType<string>()];
        string[] named = [.. WaitingFunction().Matches(BicepFile.Of("modules/functions.bicep").Text).Select(match => match.Groups[1].Value)];
        Assert.Contains(nameof(ServiceBusRollback), named);
        Assert.Empty(named.Except(functions));
    }

    [RequiresFact(Tool.InfraReaders)]
    public void Uploads_wake_the_function_that_hears_them()
    {
        BicepFile file = BicepFile.Of("modules/event-subscription.bicep");
        Resource uploads = file.Resources.Single(resource => resource.Symbol == "uploads");
        BlobTriggerAttribute trigger = typeof(BlobModelUploaded).GetMethod(nameof(BlobModelUploaded.Run))!.GetParameters()[0].GetCustomAttribute<BlobTriggerAttribute>()!;
        Assert.Equal("models/{model}/{version}/release.json", trigger.BlobPath);
        Assert.Equal("/blobServices/default/containers/models/blobs/", uploads.At("properties.filter.subjectBeginsWith"));
        Assert.Equal("/release.json", uploads.At("properties.filter.subjectEndsWith"));
        Assert.Equal(nameof(BlobModelUploaded), file.Params.Single(parameter => parameter.Name == "functionName").Value!.Value.GetProperty("s").GetString());
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_pool_is_the_one_that_the_settings_name() => Assert.Equal(
        "gpu", BicepFile.Of("modules/gpu-pool.bicep").Resources.Single(resource => resource.Symbol == "pool").At("name"));

    [RequiresFact(Tool.InfraReaders)]
    public void Nothing_is_reached_by_a_key()
    {
        foreach ((string type, string path, string expected) in Closed)
        {
            Resource[] found = [.. BicepFile.Templates.SelectMany(file => file.Resources).Where(resource => resource.Type == type && !resource.Existing)];
            Assert.NotEmpty(found);
            Assert.All(found, resource => Assert.Equal((path, expected), (path, resource.At(path))));
        }
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_slower_way_of_an_alert_ends_at_a_function()
    {
        string[] routes = [.. typeof(BlobModelUploaded).Assembly.GetTypes().SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters())
            .Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()?.Route).OfType<string>()];
        string called = Called().Match(BicepFile.Of("modules/alert-hook.bicep").Text).Groups[1].Value;
        Assert.Contains(called, routes);
    }

    [RequiresFact(Tool.InfraReaders)]
    public void The_cluster_is_told_by_the_names_that_its_manifests_ask_for()
    {
        string settings = Repository.Text("inference/deploy/clusters/production/settings.yaml");
        string[] told = [.. BicepFile.Of("main.bicep").Outputs.Single(output => output.Name == "clusterSettings").Value!.Value.GetProperty("o").EnumerateObject().Select(member => member.Name)];
        Assert.All(told, name => Assert.Contains($"  {name}: ", settings, StringComparison.Ordinal));

        string secrets = string.Concat(Directory.EnumerateFiles(Repository.At("inference", "deploy", "secrets"), "*.yaml").Select(File.ReadAllText));
        string deployed = BicepFile.Of("modules/app-settings.bicep").Text;
        Assert.All(new[] { "llmops-alertmanager-token", "llmops-flux-secret", "llmops-flux-receiver" }, name =>
        {
            Assert.Contains($"key: {name} ", secrets, StringComparison.Ordinal);
            Assert.Contains($"}}{name})'", deployed, StringComparison.Ordinal);
        });
    }

    [RequiresFact(Tool.InfraReaders)]
    public void Pods_fit_on_their_nodes_and_act_as_their_identities()
    {
        Assert.Contains("nodeTaints: ['sku=gpu:NoSchedule']", BicepFile.Of("modules/gpu-pool.bicep").Text, StringComparison.Ordinal);
        Assert.Contains("{ key: sku, operator: Equal, value: gpu, effect: NoSchedule }", Repository.Text("inference/deploy/components/gpu/gpu.yaml"), StringComparison.Ordinal);
        Assert.Contains("serviceAccount: 'inference-server'", BicepFile.Of("main.bicep").Text, StringComparison.Ordinal);
        Assert.Contains("name: inference-server", Repository.Text("inference/deploy/base/identity.yaml"), StringComparison.Ordinal);
    }

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!);

    [GeneratedRegex(@"controlPlaneUrl\}/([\w/]+)\?")]
    private static partial Regex Called();

    [GeneratedRegex(@"'function:(\w+)'")]
    private static partial Regex WaitingFunction();
}
