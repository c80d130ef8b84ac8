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
        ["ControlPlane:GitHubRepository"] = "owner/gitops",
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
            ("Prometheus:Url", "prometheus"), ("ControlPlane:GitHubRepository", ""), ("Aks:ClusterId", "llmops"), ("Aks:GpusPerNode:gpu", "0"), ("Aks:GpusPerNode:big", "many")));
        Assert.Equal(
            "ModelStorage:blobServiceUri must be an address such as https://name.example; ModelStorage:queueServiceUri must be an address such as https://name.example; "
            + "ServiceBus:fullyQualifiedNamespace must be a host name such as name.servicebus.windows.net; Prometheus:Url must be an address such as https://name.example; "
            + "ControlPlane:GitHubRepository must be the GitOps repository as OWNER/NAME; Aks:GpusPerNode:big must be the GPUs of one node, 1 to 16; Aks:GpusPerNode:gpu must be the GPUs of one node, 1 to 16; Aks:ClusterId must be the resource id of a managed cluster",
            refusal.Message);
        Assert.Contains("at least one pool", Assert.Throws<InvalidOperationException>(() => Read(("Aks:ClusterId", Cluster))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://prometheus.monitoring", "https://prometheus.monitor.azure.com", false)]
    [InlineData("http://prometheus.monitoring", "", true)]
    [InlineData("http://localhost:9090", "https://prometheus.monitor.azure.com", true)]
    [InlineData("file:///prometheus", "", false)]
    public void A_token_is_shown_to_nobody_in_the_clear(string url, string audience, bool starts)
    {
        Exception? refusal = Record.Exception(() => Read(("Prometheus:Url", url), ("Prometheus:Audience", audience)));
        Assert.Equal(starts, refusal is null);
        Assert.Equal(!starts, refusal?.Message.StartsWith("Prometheus:Url must be", StringComparison.Ordinal) is true);
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
