using LlmOps.Manifests.Dialects;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>What a slot runs: which version and in how many replicas. Its own reading and writing is that of a Deployment.</summary>
public sealed record SlotManifest(string Version, string Digest, int Replicas)
{
    /// <summary>Reads the slot from its file; throws <see cref="ManifestException"/>.</summary>
    public static SlotManifest Read(string file, string text) => Find(file, text).Read();

    /// <summary>The file's text with this version, digest and number of replicas; all else as it was.</summary>
    public string WriteTo(string file, string text)
    {
        string written = Find(file, text).Write(this);
        return Read(file, written) == this ? written : throw new ManifestException(file, "cannot be edited in place: write version, digest and replicas as plain values");
    }

    private static SlotScalars Find(string file, string text)
    {
        YamlText yaml = new(file, text);
        YamlMappingNode deployment = yaml.OfKind("Deployment");
        YamlNode annotations = yaml.At(deployment, "spec", "template", "metadata", "annotations");
        return SlotScalars.Of(yaml, file, annotations, yaml.Scalar(deployment, "spec", "replicas"));
    }
}
