using System.ComponentModel.DataAnnotations;
using System.Text;
using LlmOps.Inbox;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.ControlPlane.Inbox.GitHub;

public sealed class SecretRotationTests
{
    private const string Old = "the-secret-of-yesterday";
    private const string New = "the-secret-of-tomorrow!";

    private static readonly ControlPlaneOptions Options = new()
    {
        AlertmanagerToken = New, PreviousAlertmanagerTokens = [Old, ""], GitHubSecret = New, PreviousGitHubSecrets = ["", Old],
        FluxSecret = New, PreviousFluxSecrets = [Old],
    };

    private readonly ManualClock clock = new();
    private readonly MemoryBlobs blobs = new();

    [Theory]
    [InlineData(New, 202)]
    [InlineData(Old, 202)]
    [InlineData("", 401)]
    [InlineData("another-secret-of-16", 401)]
    public async Task While_a_secret_is_changed_both_count_and_nothing_else(string secret, int status)
    {
        MemoryBus bus = new(clock);
        string body = GitHubHook.Push(new string('a', 40));
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        Assert.Equal(status, (await new ReceiveGitHub(blobs, bus, Options).Handle(bytes, "push", GitHubHook.Delivery(1), GitHubHook.Sign(body, secret), default)).Status);
        Assert.Equal(status, (await new ReceiveFluxEvent(bus, Options).Handle(bytes, GitHubHook.Sign(body, secret), default)).Status);
        Assert.Equal(status, (await new ReceiveAlerts(blobs, bus, Options, clock).Handle(bytes, $"Bearer {secret}", default)).Status);
    }

    [Fact]
    public void A_previous_secret_that_is_short_stops_the_start() =>
        Assert.Contains("PreviousFluxSecrets", Assert.Throws<ValidationException>(
            () => new ServiceCollection().AddControlPlane(Options with { PreviousFluxSecrets = ["short"] })).Message, StringComparison.Ordinal);

    [Fact]
    public void Settings_bind_to_the_previous_secrets()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            new("AlertmanagerToken", New), new("GitHubSecret", New), new("FluxSecret", New), new("PreviousGitHubSecrets:0", Old), new("PublicUrl", "https://llmops.example"),
        ]).Build();
        ControlPlaneOptions options = configuration.Get<ControlPlaneOptions>()!;
        Assert.Equal([Old], options.PreviousGitHubSecrets);
        Assert.Equal(new Uri("https://llmops.example"), options.PublicUrl);
    }
}
