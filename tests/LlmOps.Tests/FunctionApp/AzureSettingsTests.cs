using System.Text.Json;
using LlmOps.FunctionApp;
using Microsoft.Extensions.Configuration;

namespace LlmOps.Tests.FunctionApp;

public sealed class AzureSettingsTests
{
    private static readonly Dictionary<string, string?> Good = new()
    {
        ["ModelStorage:blobServiceUri"] = "https://account.blob.core.windows.net",
        ["ModelStorage:queueServiceUri"] = "https://account.queue.core.windows.net/",
        ["ServiceBus:fullyQualifiedNamespace"] = "name.servicebus.windows.net",
        ["Prometheus:Url"] = "https://prometheus.example/api/prom",
    };

    [Fact]
    public void Addresses_end_with_a_slash_and_what_is_empty_is_not_used()
    {
        AzureSettings settings = Read(("AZURE_CLIENT_ID", ""), ("Aks:ClusterId", " "), ("APPLICATIONINSIGHTS_CONNECTION_STRING", ""), ("Prometheus:Audience", ""));
        Assert.Equal("https://prometheus.example/api/prom/", settings.Prometheus.AbsoluteUri);
        Assert.Equal("https://account.queue.core.windows.net/webjobs", new Uri(settings.Queues, "webjobs").AbsoluteUri);
        Assert.Equal((null, null, null, false), (settings.ClientId, settings.ClusterId, settings.PrometheusAudience, settings.Telemetry));
    }

    [Fact]
    public void Pools_are_those_that_are_listed_with_their_gpus()
    {
        AzureSettings settings = Read(("Aks:ClusterId", Cluster), ("Aks:GpusPerNode:gpu", "1"), ("Aks:GpusPerNode:big", "8"));
        Assert.Equal([("big", 8), ("gpu", 1)], settings.GpusPerNode.Select(pool => (pool.Key, pool.Value)).Order());
    }

    [Fact]
    public void All_that_is_wrong_is_named_at_once()
    {
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => Read(
            ("ModelStorage:blobServiceUri", "http://account.blob.core.windows.net"), ("ModelStorage:queueServiceUri", ""), ("ServiceBus:fullyQualifiedNamespace", "https://name.servicebus.windows.net"),
            ("Prometheus:Url", "prometheus"), ("Aks:ClusterId", "llmops"), ("Aks:GpusPerNode:gpu", "0"), ("Aks:GpusPerNode:big", "many")));
        Assert.Equal(
            "the app cannot start: ModelStorage:blobServiceUri must be an address such as https://name.example; ModelStorage:queueServiceUri must be an address such as https://name.example; "
            + "ServiceBus:fullyQualifiedNamespace must be a host name such as name.servicebus.windows.net; Prometheus:Url must be an address such as https://name.example; "
            + "Aks:GpusPerNode:big must be the GPUs of one node, 1 to 16; Aks:GpusPerNode:gpu must be the GPUs of one node, 1 to 16; Aks:ClusterId must be the resource id of a managed cluster",
            refusal.Message);
        Assert.Contains("at least one pool", Assert.Throws<InvalidOperationException>(() => Read(("Aks:ClusterId", Cluster))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_example_would_start()
    {
        JsonElement values = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "local.settings.example.json"))).RootElement.GetProperty("Values");
        AzureSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            values.EnumerateObject().Select(setting => KeyValuePair.Create(setting.Name.Replace("__", ":"), setting.Value.GetString()))).Build());
    }

    private const string Cluster = "/subscriptions/1/resourceGroups/llmops/providers/Microsoft.ContainerService/managedClusters/llmops";

    private static AzureSettings Read(params (string Name, string Value)[] changes)
    {
        Dictionary<string, string?> values = new(Good);
        foreach ((string name, string value) in changes)
        {
            values[name] = value;
        }
        return AzureSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build());
    }
}
