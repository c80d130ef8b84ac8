using LlmOps.Audit;
using LlmOps.FunctionApp;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Rollbacks;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.FunctionApp;

public sealed class StartCheckTests
{
    [Fact]
    public void Everything_missing_is_named_at_once()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
            [new("ModelStorage:blobServiceUri", "https://account.example"), new("AdvanceSchedule", "* * * * * *")]).Build();
        IServiceCollection services = new ServiceCollection().AddSingleton<IBlobs>(new MemoryBlobs());

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(services, configuration));

        Assert.Equal(
            "the app cannot start: no adapter for IGitHost; no adapter for IGitReviews; no adapter for ICluster; no adapter for IClusterRoute; no adapter for ILiveTraffic; "
            + "no adapter for IMessageBus; no setting ServiceBus; no setting CapacitySchedule; no setting SweepSchedule; no setting ControlPlane:AlertmanagerToken; "
            + "no setting ControlPlane:GitHubSecret; no setting ControlPlane:FluxSecret",
            refusal.Message);
    }

    [Fact]
    public void All_adapters_are_asked_before_it_gives_up()
    {
        IConfiguration configuration = Configured(("ControlPlane:GitHubSecret", "short"));
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(
            new ServiceCollection(), configuration,
            () => AzureSettings.Read(configuration),
            () => new ServiceCollection().AddGitHub(new GitHubOptions()),
            () => new ServiceCollection().AddKubernetes(configuration)));
        Assert.All(
            ["Prometheus:Url must", "as OWNER/NAME", "GitHub: The field AppId", "GitHub: The field InstallationId", "GitHub: The PrivateKey", "Kubernetes:ClusterId or", "ControlPlane: The field GitHubSecret"],
            problem => Assert.Contains(problem, refusal.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("no adapter", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_address_is_named_once()
    {
        IConfiguration configuration = Configured(("ModelStorage:blobServiceUri", "account"), ("ServiceBus:fullyQualifiedNamespace", "https://n"), ("SweepSchedule", "often"));
        string refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(new ServiceCollection(), configuration, () => AzureSettings.Read(configuration))).Message;
        Assert.All(["ModelStorage:blobServiceUri", "ServiceBus:fullyQualifiedNamespace", "SweepSchedule"], setting => Assert.Equal(2, refusal.Split(setting).Length));
    }

    [Fact]
    public void A_secret_that_the_vault_lacks_is_no_secret()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("ControlPlane:AlertmanagerToken", "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/llmops-alertmanager-token)"),
            new("ControlPlane:FluxSecret", "a secret of the vault's"),
        ]).Build();

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(new ServiceCollection(), configuration));

        Assert.EndsWith("; the Key Vault reference of ControlPlane:AlertmanagerToken is not resolved", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FluxSecret", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ModelStorage:blobServiceUri", "account", "ModelStorage:blobServiceUri is no address such as https://ACCOUNT.blob.core.windows.net")]
    [InlineData("ServiceBus:fullyQualifiedNamespace", "https://n.servicebus.windows.net/", "ServiceBus:fullyQualifiedNamespace is no host's name such as NAMESPACE.servicebus.windows.net")]
    [InlineData("SweepSchedule", "*/5 * * * *", "SweepSchedule is no cron expression of six fields, seconds first")]
    [InlineData("ControlPlane:FluxSecret", "short", "ControlPlane: The field FluxSecret must be a string or array type with a minimum length of '16'.")]
    [InlineData("ControlPlane:FluxSecret", "", "ControlPlane: The FluxSecret field is required.")]
    [InlineData("ControlPlane:ModelsUri", "models", "ControlPlane: ModelsUri: give a URI, such as wasbs://models@ACCOUNT.blob.core.windows.net")]
    [InlineData("ControlPlane:Recheck", "00:00:00", "ControlPlane: Recheck: give a time over zero")]
    [InlineData("ControlPlane:Admission:MaxFileBytes", "0", "ControlPlane: The field MaxFileBytes must be between")]
    [InlineData("ControlPlane:HistoryDepth", "many", "Failed to convert configuration value 'many' at 'ControlPlane:HistoryDepth'")]
    [InlineData("ControlPlane:Webhooks:0:Name", "No Name", "ControlPlane: the settings of webhooks are wrong: webhook 'No Name': its name must be")]
    public void A_setting_that_cannot_be_what_it_is_for_is_named(string name, string value, string problem)
    {
        IConfiguration configuration = Configured((name, value));
        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(Complete(), configuration));
        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_complete_may_start()
    {
        IConfiguration configuration = Configured();
        IServiceCollection services = Complete();
        StartCheck.Run(services, configuration);
        using ServiceProvider container = services.BuildServiceProvider();
        StartCheck.Construct(container);
    }

    [Fact]
    public void Every_function_that_cannot_be_constructed_is_named_at_once()
    {
        IServiceCollection services = Complete();
        foreach (Type lost in (Type[])[typeof(ReceiveUpload), typeof(HandleRollback), typeof(AuditLog)])
        {
            services.Remove(services.Single(service => service.ServiceType == lost));
        }
        using ServiceProvider container = services.BuildServiceProvider();
        string refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Construct(container)).Message;
        Assert.Contains("BlobModelUploaded cannot be constructed: Unable to resolve service for type 'LlmOps.Inbox.ReceiveUpload'", refusal, StringComparison.Ordinal);
        Assert.Contains("ServiceBusRollback cannot be constructed: ", refusal, StringComparison.Ordinal);
        Assert.Contains("'LlmOps.Audit.AuditLog'", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain("HttpAlertmanager", refusal, StringComparison.Ordinal);
    }

    private static IConfiguration Configured(params (string Name, string Value)[] others)
    {
        Dictionary<string, string?> settings = new()
        {
            ["ModelStorage:blobServiceUri"] = "https://account.example", ["ServiceBus:fullyQualifiedNamespace"] = "n.servicebus.example",
            ["AdvanceSchedule"] = "*/2 * * * * *", ["CapacitySchedule"] = "0 * * * * *", ["SweepSchedule"] = "0 */5 * * * *",
            ["ControlPlane:AlertmanagerToken"] = new string('a', 16), ["ControlPlane:GitHubSecret"] = new string('b', 16), ["ControlPlane:FluxSecret"] = new string('c', 16),
        };
        foreach ((string name, string value) in others)
        {
            settings[name] = value;
        }
        return new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
    }

    private static IServiceCollection Complete()
    {
        MemoryGit git = new(TimeProvider.System);
        ScriptedCluster cluster = new(git);
        return new ServiceCollection().AddLogging()
            .AddSingleton<IBlobs>(new MemoryBlobs()).AddSingleton<IGitHost>(git).AddSingleton<IGitReviews>(new MemoryReviews(git))
            .AddSingleton<ICluster>(cluster).AddSingleton<IClusterRoute>(cluster).AddSingleton<ILiveTraffic>(cluster)
            .AddSingleton<IMessageBus>(new MemoryBus(new ManualClock(), new Effects()))
            .AddControlPlane(Configured().GetSection("ControlPlane").Get<ControlPlaneOptions>()!);
    }
}
