using LlmOps.FunctionApp;
using LlmOps.FunctionApp.Adapters.GitHub;
using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.Ports;
using LlmOps.Tests.LocalHost.Functions;
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
            + "no setting ControlPlane:GitHubSecret; no setting ControlPlane:FluxSecret; ControlPlane:GitHubRepository must be the GitOps repository as OWNER/NAME",
            refusal.Message);
    }

    [Fact]
    public void All_parts_are_checked_before_it_gives_up()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new("ControlPlane:GitHubRepository", "llmops")]).Build();
        IServiceCollection services = new ServiceCollection();

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(
            services, configuration,
            () => AzureSettings.Read(configuration),
            () => services.AddGitHub(new GitHubOptions()),
            () => services.AddKubernetes(configuration),
            () => services.AddControlPlane(new ControlPlaneOptions { AlertmanagerToken = "", GitHubSecret = "short", FluxSecret = "a secret of the vault's" })));

        Assert.All(
            ["ModelStorage:blobServiceUri must", "Prometheus:Url must", "GitHub: The field AppId", "GitHub: The field InstallationId", "GitHub: The PrivateKey", "Kubernetes:ClusterId or",
             "ControlPlane: The AlertmanagerToken", "ControlPlane: The field GitHubSecret", "no setting AdvanceSchedule", "as OWNER/NAME"],
            problem => Assert.Contains(problem, refusal.Message, StringComparison.Ordinal));
        Assert.DoesNotContain("no adapter", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_that_the_vault_lacks_is_no_secret()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("ControlPlane:AlertmanagerToken", "@Microsoft.KeyVault(SecretUri=https://vault.example/secrets/llmops-alertmanager-token)"),
            new("ControlPlane:FluxSecret", "a secret of the vault's"), new("ControlPlane:GitHubRepository", "owner/gitops"),
        ]).Build();

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => StartCheck.Run(new ServiceCollection(), configuration));

        Assert.EndsWith("; the Key Vault reference of ControlPlane:AlertmanagerToken is not resolved", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("FluxSecret", refusal.Message, StringComparison.Ordinal);
    }
}
