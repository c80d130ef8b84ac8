using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Cluster;

public sealed class ManifestTests
{
    private static readonly string Blue = Shipped("blue.yaml");
    private static readonly string Route = Shipped("route.yaml");

    [Fact]
    public void The_shipped_slot_reads_as_written()
    {
        SlotSpec spec = DeploymentManifest.Parse(Blue
            .Replace("version: \"\"", "version: \"1.1.0\"").Replace("digest: \"\"", "digest: sha256:ab").Replace("replicas: 0", "replicas: 2"));
        Assert.Equal(("tiny-ops", "blue", "tiny-ops-blue", 2), (spec.Model, spec.Slot, spec.Service, spec.Replicas));
        Assert.Equal(("1.1.0", "sha256:ab"), (spec.Template.Version, spec.Template.Digest));
        Assert.Equal(["--slot", "blue", "--require-release"], spec.Template.Arguments);
        Assert.Equal((150, 1), (spec.Template.TerminationGrace.TotalSeconds, spec.Template.PreStop.TotalSeconds));
        Assert.Equal(new ProbeSpec("/health/ready", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 2), spec.Template.Readiness);
        Assert.Equal(new ProbeSpec("/health/live", TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(5), 3), spec.Template.Liveness);
    }

    [Theory]
    [InlineData("replicas: 0", "replicas: 3", true)]
    [InlineData("# The blue slot", "# The one slot", true)]
    [InlineData("containers:", "containers: # one", true)]
    [InlineData("version: \"\"", "version: ''", true)]
    [InlineData("version: \"\"", "version: 1.0.0", false)]
    [InlineData("\"--require-release\"", "\"--fast\"", false)]
    public void Only_a_changed_template_rolls_pods(string old, string change, bool same) =>
        Assert.Equal(same, DeploymentManifest.Parse(Blue).Template.Hash == DeploymentManifest.Parse(Blue.Replace(old, change)).Template.Hash);

    [Theory]
    [InlineData("replicas: 0", "replicas: two", "spec.replicas must be a whole number from 0 to 100, not 'two'")]
    [InlineData("replicas: 0", "replicas: -1", "spec.replicas must be a whole number from 0 to 100, not '-1'")]
    [InlineData("version: \"\"", "version: ../../etc", "spec.template.metadata.annotations.llmops.dev/version is no name: '../../etc'")]
    [InlineData("llmops.dev/digest: \"\"", "other: \"\"", "spec.template.metadata.annotations.llmops.dev/digest is required")]
    [InlineData("kind: Deployment", "kind: StatefulSet", "there is no Deployment")]
    [InlineData("containers:", "initContainers: &a [*a]\n      containers:", "line ")]
    [InlineData("spec:\n  replicas", "spec: [\n  replicas", "line ")]
    public void A_slot_that_a_cluster_would_not_admit_is_refused(string old, string change, string reason) =>
        Assert.StartsWith(reason, Assert.Throws<ManifestException>(() => DeploymentManifest.Parse(Blue.Replace(old, change))).Message);

    [Fact]
    public void The_shipped_route_reads_as_written()
    {
        RouteSpec route = RouteManifest.Parse(Route.Replace("weight: 0", "weight: 50"));
        Assert.Equal(("tiny-ops", "/tiny-ops", "", 30), (route.Model, route.Prefix, route.Replacement, route.Timeout!.Value.TotalSeconds));
        Assert.Equal([new BackendRef("tiny-ops-blue", 50), new BackendRef("tiny-ops-green", 50)], route.Backends);
    }

    [Theory]
    [InlineData("1h30m", 5400.0)]
    [InlineData("500ms", 0.5)]
    [InlineData("0s", null)]
    public void Durations_are_the_gateway_apis(string text, double? seconds) =>
        Assert.Equal(seconds, RouteManifest.Parse(Route.Replace("30s", text)).Timeout?.TotalSeconds);

    [Theory]
    [InlineData("weight: 0", "weight: 5%", "must be a whole number from 0 to 1000000, not '5%'")]
    [InlineData("30s", "half a minute", "spec.rules[0].timeouts.request must be a duration such as 30s, not 'half a minute'")]
    [InlineData("type: PathPrefix", "type: RegularExpression", "must be PathPrefix")]
    [InlineData("type: URLRewrite", "type: RequestRedirect", "must be URLRewrite or RequestMirror")]
    [InlineData("type: URLRewrite", "type: RequestMirror", "requestMirror.backendRef.name is required")]
    public void A_route_that_cannot_be_honoured_is_refused(string old, string change, string reason) =>
        Assert.Contains(reason, Assert.Throws<ManifestException>(() => RouteManifest.Parse(Route.Replace(old, change))).Message);

    [Theory]
    [InlineData("backendRef: { name: tiny-ops-green, port: 80 }", 100, 100)]
    [InlineData("backendRef: { name: tiny-ops-green, port: 80 }, percent: 5", 5, 100)]
    [InlineData("backendRef: { name: tiny-ops-green, port: 80 }, fraction: { numerator: 1, denominator: 8 }", 1, 8)]
    public void Copies_stand_beside_the_rewrite(string mirror, int numerator, int denominator)
    {
        RouteSpec route = RouteManifest.Parse(Route.Replace("        - type: URLRewrite", $"        - {{ type: RequestMirror, requestMirror: {{ {mirror} }} }}\n        - type: URLRewrite"));
        Assert.Equal([new MirrorRef("tiny-ops-green", numerator, denominator)], route.Mirrors);
        Assert.Equal(("/tiny-ops", ""), (route.Prefix, route.Replacement));
    }

    private static string Shipped(string file) => File.ReadAllText(Path.Combine(Repository.Root, "inference/deploy/apps/tiny-ops", file));
}
