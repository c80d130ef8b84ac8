using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace LlmOps.FunctionApp;

/// <summary>The settings of the cloud's adapters, checked before anything is connected.</summary>
internal sealed record AzureSettings
{
    private readonly List<string> problems = [];

    private AzureSettings(IConfiguration configuration)
    {
        ClientId = Text(configuration["AZURE_CLIENT_ID"]);
        Blobs = Address(configuration, "ModelStorage:blobServiceUri");
        Queues = Address(configuration, "ModelStorage:queueServiceUri");
        ServiceBus = Namespace(configuration, "ServiceBus:fullyQualifiedNamespace");
        Prometheus = Address(configuration, "Prometheus:Url");
        PrometheusAudience = Text(configuration["Prometheus:Audience"]);
        Require(
            PrometheusAudience is null || Prometheus.Scheme == Uri.UriSchemeHttps || Prometheus.IsLoopback,
            "Prometheus:Url must be https where Prometheus:Audience is set: a token is shown");
        Require(
            configuration["ControlPlane:GitHubRepository"]?.Split('/') is [{ Length: > 0 }, { Length: > 0 }],
            "ControlPlane:GitHubRepository must be the GitOps repository as OWNER/NAME");
        ClusterId = Text(configuration["Aks:ClusterId"]);
        GpusPerNode = Gpus(configuration.GetSection("Aks:GpusPerNode"));
        Telemetry = Text(configuration["APPLICATIONINSIGHTS_CONNECTION_STRING"]) is not null;
        TelemetryByIdentity = Text(configuration["APPLICATIONINSIGHTS_AUTHENTICATION_STRING"]) is not null;
        Require(
            ClusterId is null || ClusterId.Contains("/providers/Microsoft.ContainerService/managedClusters/", StringComparison.OrdinalIgnoreCase),
            "Aks:ClusterId must be the resource id of a managed cluster");
        Require(ClusterId is null || GpusPerNode.Count > 0, "Aks:GpusPerNode must name at least one pool, such as Aks__GpusPerNode__gpu=1");
    }

    /// <summary>The user-assigned identity that the app's own calls are made with, or null.</summary>
    public string? ClientId { get; }

    public Uri Blobs { get; }

    public Uri Queues { get; }

    /// <summary>The host name of the Service Bus namespace.</summary>
    public string ServiceBus { get; }

    public Uri Prometheus { get; }

    /// <summary>Whose token Prometheus asks for, or null where it asks for none.</summary>
    public string? PrometheusAudience { get; }

    /// <summary>The AKS cluster's resource id, or null where no pool is scaled.</summary>
    public string? ClusterId { get; }

    /// <summary>The GPUs of one node, by agent pool.</summary>
    public IReadOnlyDictionary<string, int> GpusPerNode { get; }

    public bool Telemetry { get; }

    /// <summary>Whether telemetry is sent by identity rather than by the connection string's key.</summary>
    public bool TelemetryByIdentity { get; }

    /// <summary>Reads them; throws one <see cref="InvalidOperationException"/> that names all that is wrong.</summary>
    public static AzureSettings Read(IConfiguration configuration)
    {
        AzureSettings settings = new(configuration);
        return settings.problems.Count == 0
            ? settings
            : throw new InvalidOperationException(string.Join("; ", settings.problems));
    }

    private Dictionary<string, int> Gpus(IConfigurationSection section)
    {
        Dictionary<string, int> gpus = [];
        foreach (IConfigurationSection pool in section.GetChildren())
        {
            bool counts = int.TryParse(pool.Value, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count is > 0 and <= 16;
            Require(counts, $"{pool.Path} must be the GPUs of one node, 1 to 16");
            gpus[pool.Key] = count;
        }
        return gpus;
    }

    private Uri Address(IConfiguration configuration, string name)
    {
        bool valid = Uri.TryCreate(configuration[name], UriKind.Absolute, out Uri? address)
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && (address.IsLoopback || name.StartsWith("Prometheus", StringComparison.Ordinal))));
        Require(valid, $"{name} must be an address such as https://name.example");
        // With the slash, so that relative addresses add to its path.
        return valid ? new Uri(address!.AbsoluteUri.TrimEnd('/') + "/") : new Uri("https://invalid");
    }

    private string Namespace(IConfiguration configuration, string name)
    {
        string host = configuration[name] ?? "";
        Require(Uri.CheckHostName(host) == UriHostNameType.Dns && host.Contains('.', StringComparison.Ordinal), $"{name} must be a host name such as name.servicebus.windows.net");
        return host;
    }

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value;

    private void Require(bool holds, string problem)
    {
        if (!holds)
        {
            problems.Add(problem);
        }
    }
}
