using LlmOps.Events;
using LlmOps.Tests.Fakes;
using Microsoft.Extensions.Configuration;

namespace LlmOps.Tests.ControlPlane.Events;

public sealed class WebhookSettingsTests
{
    private static readonly ControlPlaneOptions Options = new() { AlertmanagerToken = "", GitHubSecret = "", FluxSecret = "" };

    [Fact]
    public void Settings_are_bound_from_configuration()
    {
        Dictionary<string, string?> settings = new()
        {
            ["ControlPlane:AlertmanagerToken"] = "0123456789abcdef", ["ControlPlane:GitHubSecret"] = "0123456789abcdef", ["ControlPlane:FluxSecret"] = "0123456789abcdef",
            ["ControlPlane:Webhooks:0:Name"] = "ci", ["ControlPlane:Webhooks:0:Url"] = "https://ci.example/hook", ["ControlPlane:Webhooks:0:Events:0"] = "release.*",
            ["ControlPlane:Webhooks:0:Format"] = "cloudevents", ["ControlPlane:Webhooks:0:Secrets:0"] = "now", ["ControlPlane:WebhookSecrets:now"] = WebhookReceiver.Secret,
            ["ControlPlane:WebhookNetworks:0"] = "10.0.0.0/8",
        };
        ControlPlaneOptions options = new ConfigurationBuilder().AddInMemoryCollection(settings).Build().GetRequiredSection("ControlPlane").Get<ControlPlaneOptions>()!;
        WebhookSettings.Check(options);
        WebhookEndpoint endpoint = Assert.Single(options.Webhooks);
        Assert.Equal(("ci", "cloudevents", "release.*", "now"), (endpoint.Name, endpoint.Format, endpoint.Events.Single(), endpoint.Secrets.Single()));
        Assert.Equal(["10.0.0.0/8"], options.WebhookNetworks);
    }

    [Theory]
    [InlineData("http://ci.example/hook", false)]
    [InlineData("http://127.0.0.1:8080/hook", false)]
    [InlineData("http://127.0.0.1:8080/hook", true, "127.0.0.0/8")]
    [InlineData("http://ci.example/hook", false, "127.0.0.0/8")]
    [InlineData("https://ada:secret@ci.example/hook", false)]
    [InlineData("file:///etc/passwd", false)]
    [InlineData("ci.example", false)]
    [InlineData("https://ci.example/hook", true)]
    public void Addresses_are_https_or_an_admitted_loopback(string url, bool valid, params string[] networks)
    {
        ControlPlaneOptions options = WebhookReceiver.Endpoint(Options with { WebhookNetworks = networks }, "*");
        options = options with { Webhooks = [options.Webhooks[0] with { Url = url }] };
        Assert.Equal(valid, Record.Exception(() => WebhookSettings.Check(options)) is null);
    }

    [Fact]
    public void All_that_is_wrong_is_said_at_once_without_quoting_a_secret()
    {
        ControlPlaneOptions options = Options with
        {
            Webhooks = [new WebhookEndpoint { Name = "CI!", Url = "x", Format = "soap", Events = ["release.exploded"], Secrets = ["a", "b"] }],
            WebhookSecrets = new Dictionary<string, string> { ["a"] = "hunter2" },
            WebhookNetworks = ["everything"],
        };
        string message = Assert.Throws<InvalidOperationException>(() => WebhookSettings.Check(options)).Message;
        Assert.All(["'everything'", "its name", "its url", "'soap'", "'release.exploded'", "'a' is missing", "'b' is missing"], part => Assert.Contains(part, message, StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", message, StringComparison.Ordinal);
    }
}
