using System.Security.Cryptography;
using System.Text;
using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Inbox;

public sealed class HookTests
{
    private const string Delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958";

    // The vector of GitHub's documentation, "Validating webhook deliveries".
    private const string GitHubSecret = "It's a Secret to Everybody";
    private const string GitHubSignature = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";

    private const string FluxSignature = "sha256=e7f23a2d864e65517a3782fde3be58ff5a021fe6bb228f350afdddff21ae2dbd";
    private const string FluxBody =
        """{"involvedObject":{"kind":"Kustomization","namespace":"flux-system","name":"llm-prod","apiVersion":"kustomize.toolkit.fluxcd.io/v1"},"severity":"info","timestamp":"2026-08-22T10:00:00Z","message":"Applied revision: main@sha1:0123456789abcdef0123456789abcdef01234567","reason":"ReconciliationSucceeded","metadata":{"kustomize.toolkit.fluxcd.io/revision":"main@sha1:0123456789abcdef0123456789abcdef01234567"},"reportingController":"kustomize-controller","reportingInstance":"kustomize-controller-7c7b47f5f-8bhrp"}""";

    private static readonly ControlPlaneOptions Options = new()
    {
        AlertmanagerToken = "the-token-of-alertmanager", GitHubSecret = GitHubSecret, FluxSecret = "s3cr3t",
    };

    private readonly ManualClock clock = new();
    private readonly MemoryBlobs blobs = new();
    private readonly MemoryBus bus;

    public HookTests() => bus = new MemoryBus(clock);

    [Fact]
    public async Task GitHubs_own_vector_is_accepted()
    {
        byte[] body = Encoding.UTF8.GetBytes("Hello, World!");
        Assert.Equal(200, (await GitHub(body, "ping", GitHubSignature)).Status);
        Assert.Equal(202, (await GitHub(body, "push", GitHubSignature)).Status);
        Assert.Equal(200, (await GitHub(body, "star", GitHubSignature)).Status);
        Assert.Single(bus.Sent);
    }

    [Fact]
    public async Task A_redelivery_is_stored_once_and_enqueued_again()
    {
        byte[] body = Encoding.UTF8.GetBytes("Hello, World!");
        await GitHub(body, "push", GitHubSignature);
        Assert.Equal(202, (await GitHub(body, "push", GitHubSignature)).Status);
        Assert.Single(blobs.Names(Containers.State));
        Assert.Equal(2, bus.Sent.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e18")]
    [InlineData("sha224=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c")]
    [InlineData("sha1=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    [InlineData("757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17")]
    public async Task A_wrong_signature_is_401_and_nothing_is_stored(string? signature)
    {
        Assert.Equal(401, (await GitHub(Encoding.UTF8.GetBytes("Hello, World!"), "push", signature)).Status);
        Assert.Equal(401, (await new ReceiveFluxEvent(bus, Options).Handle(Encoding.UTF8.GetBytes(FluxBody), signature, default)).Status);
        AssertNothingStored();
    }

    [Fact]
    public async Task A_changed_body_is_401() =>
        Assert.Equal(401, (await GitHub(Encoding.UTF8.GetBytes("Hello, World?"), "push", GitHubSignature)).Status);

    [Theory]
    [InlineData(null)]
    [InlineData("../../releases/tiny-ops/1.0.0")]
    [InlineData("72d3162e-cc78-11e3-81ab-4c9367dc0958\n")]
    public async Task A_delivery_that_is_no_guid_is_400(string? delivery)
    {
        Receipt receipt = await new ReceiveGitHub(blobs, bus, Options).Handle(Encoding.UTF8.GetBytes("Hello, World!"), "push", delivery, GitHubSignature, default);
        Assert.Equal(400, receipt.Status);
        AssertNothingStored();
    }

    [Fact]
    public async Task Fluxs_vector_is_accepted_and_so_are_longer_hashes()
    {
        ReceiveFluxEvent flux = new(bus, Options);
        byte[] body = Encoding.UTF8.GetBytes(FluxBody);
        Assert.Equal(511, body.Length);
        Assert.Equal(202, (await flux.Handle(body, FluxSignature, default)).Status);
        string longer = "sha512=" + Convert.ToHexStringLower(HMACSHA512.HashData("s3cr3t"u8, body));
        Assert.Equal(202, (await flux.Handle(body, longer, default)).Status);
        Assert.Equal(2, bus.Sent.Count);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer ")]
    [InlineData("Bearer wrong")]
    [InlineData("the-token-of-alertmanager")]
    [InlineData("Bearer the-token-of-alertmanager2")]
    [InlineData("Basic the-token-of-alertmanager")]
    public async Task A_wrong_token_is_401_and_nothing_is_stored(string? authorization)
    {
        Assert.Equal(401, (await Alert(Alerts.Message(Alerts.One(clock.Now)), authorization)).Status);
        AssertNothingStored();
    }

    [Theory]
    [InlineData("{\"version\":\"4\",\"alerts\":[]}")]
    [InlineData("not json")]
    [InlineData("")]
    public async Task Whatever_comes_with_the_token_is_stored_and_202(string body)
    {
        Assert.Equal(202, (await Alert(body, $"Bearer {Options.AlertmanagerToken}")).Status);
        Assert.Single(bus.Sent);
        Assert.Single(blobs.Names(Containers.State));
    }

    [Fact]
    public async Task An_alert_for_an_unknown_model_is_202() =>
        Assert.Equal(202, (await Alert(Alerts.Message(Alerts.One(clock.Now, model: "unknown")), $"Bearer {Options.AlertmanagerToken}")).Status);

    [Fact]
    public async Task What_is_no_message_of_alertmanager_becomes_a_dead_letter_and_blocks_nothing()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post("{\"version\":\"5\",\"alerts\":[]}");
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, fingerprint: "../../x\nIdempotency-Key: y")));
        await loop.Drain();
        Assert.Contains("version 4", Assert.Single(loop.Bus.Dead).Error, StringComparison.Ordinal);
        Assert.Equal(LlmOps.Releases.Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        Assert.All(loop.Blobs.Names(Containers.State), name => Assert.DoesNotContain("..", name, StringComparison.Ordinal));
        Assert.Equal("tiny-ops@1.1.0/rollback", loop.Git.Commits[^1].Commit.Trailers["Idempotency-Key"]);
    }

    [Fact]
    public void Secrets_that_are_missing_or_short_stop_the_start() =>
        Assert.Throws<System.ComponentModel.DataAnnotations.ValidationException>(
            () => new Microsoft.Extensions.DependencyInjection.ServiceCollection().AddControlPlane(Options with { AlertmanagerToken = "" }));

    private Task<Receipt> GitHub(byte[] body, string eventName, string? signature) =>
        new ReceiveGitHub(blobs, bus, Options).Handle(body, eventName, Delivery, signature, default);

    private Task<Receipt> Alert(string body, string? authorization) =>
        new ReceiveAlerts(blobs, bus, Options, clock).Handle(Encoding.UTF8.GetBytes(body), authorization, default);

    private void AssertNothingStored()
    {
        Assert.Empty(bus.Sent);
        Assert.Empty(blobs.Names(Containers.State));
    }
}
