using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>A slot's Deployment: which version it runs and in how many replicas.</summary>
public sealed record SlotManifest(string Version, string Digest, int Replicas)
{
    private const string VersionKey = "llmops.dev/version";
    private const string DigestKey = "llmops.dev/digest";

    /// <summary>Reads the slot from its file; throws <see cref="ManifestException"/>.</summary>
    public static SlotManifest Read(string file, string text)
    {
        YamlText yaml = new(file, text);
        YamlMappingNode deployment = yaml.OfKind("Deployment");
        YamlNode annotations = Annotations(yaml, deployment);
        return new SlotManifest(
            yaml.Scalar(annotations, VersionKey).Value ?? "", yaml.Scalar(annotations, DigestKey).Value ?? "",
            Count(yaml, deployment, file));
    }

    /// <summary>The file's text with this version, digest and number of replicas; all else as it was.</summary>
    public string WriteTo(string file, string text)
    {
        YamlText yaml = new(file, text);
        YamlMappingNode deployment = yaml.OfKind("Deployment");
        YamlNode annotations = Annotations(yaml, deployment);
        yaml.Replace(yaml.Scalar(annotations, VersionKey), $"\"{Version}\"");
        yaml.Replace(yaml.Scalar(annotations, DigestKey), $"\"{Digest}\"");
        yaml.Replace(yaml.Scalar(deployment, "spec", "replicas"), Replicas.ToString(CultureInfo.InvariantCulture));
        string written = yaml.Apply();
        return Read(file, written) == this ? written : throw new ManifestException(file, "cannot be edited in place: write version, digest and replicas as plain values");
    }

    private static int Count(YamlText yaml, YamlMappingNode deployment, string file) =>
        yaml.Number(deployment, "spec", "replicas") is var replicas and >= 0 ? replicas : throw new ManifestException(file, "'spec.replicas' is negative");

    private static YamlNode Annotations(YamlText yaml, YamlMappingNode deployment) =>
        yaml.At(deployment, "spec", "template", "metadata", "annotations");
}
