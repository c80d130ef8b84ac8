using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>Reads a slot's file: a Deployment and the Service before it. Defaults are those of Kubernetes.</summary>
internal static partial class DeploymentManifest
{
    /// <summary>Throws <see cref="ManifestException"/> when a cluster would not admit it.</summary>
    public static SlotSpec Parse(string text)
    {
        IReadOnlyList<ManifestNode> documents = ManifestNode.Documents(text);
        ManifestNode deployment = documents.FirstOrDefault(document => document["kind"].TextOrNull == "Deployment");
        if (!deployment.Exists)
        {
            throw new ManifestException("there is no Deployment");
        }
        PodTemplate template = Template(deployment["spec"]["template"]);
        string? service = documents.Where(document => document["kind"].TextOrNull == "Service")
            .Select(document => document["metadata"]["name"].Text).FirstOrDefault();
        return new(template.Model, template.Slot, service, deployment["spec"]["replicas"].Int(absent: 1, 0, 100), template);
    }

    private static PodTemplate Template(ManifestNode template)
    {
        ManifestNode metadata = template["metadata"];
        ManifestNode pod = template["spec"];
        ManifestNode container = pod["containers"].Items.FirstOrDefault();
        return new(
            Hash(template.Canonical()),
            Name(metadata["annotations"]["llmops.dev/model"]),
            Name(metadata["labels"]["llmops.dev/slot"]),
            NameOrEmpty(metadata["annotations"]["llmops.dev/version"]),
            metadata["annotations"]["llmops.dev/digest"].Text)
        {
            Arguments = ContainerArguments.WithoutUrls(container["args"].Items.Select(argument => argument.Text)),
            TerminationGrace = Seconds(pod["terminationGracePeriodSeconds"], absent: 30, least: 0),
            PreStop = Seconds(container["lifecycle"]["preStop"]["sleep"]["seconds"], absent: 0, least: 0),
            Readiness = Probe(container["readinessProbe"], required: true)!,
            Liveness = Probe(container["livenessProbe"], required: false),
        };
    }

    private static ProbeSpec? Probe(ManifestNode probe, bool required) => !probe.Exists && !required
        ? null
        : new(
            probe["httpGet"]["path"].Text,
            Seconds(probe["periodSeconds"], absent: 10, least: 1),
            Seconds(probe["timeoutSeconds"], absent: 1, least: 1),
            probe["failureThreshold"].Int(absent: 3, 1, 1000));

    private static TimeSpan Seconds(ManifestNode node, int absent, int least) => TimeSpan.FromSeconds(node.Int(absent, least, 86_400));

    private static string Name(ManifestNode node) =>
        PathSegment().IsMatch(node.Text) ? node.Text : throw node.Refuse($"is no name: '{node.Text}'");

    private static string NameOrEmpty(ManifestNode node) => node.Text.Length == 0 ? "" : Name(node);

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..10];

    /// <summary>Names and versions become folders: one plain segment, never a way out of the models.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9.+-]{0,62}\z")]
    private static partial Regex PathSegment();
}
