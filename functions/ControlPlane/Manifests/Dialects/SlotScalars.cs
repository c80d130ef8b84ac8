using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>The scalars of a slot's file that the control plane edits.</summary>
internal sealed record SlotScalars(YamlText Yaml, string File, YamlScalarNode Version, YamlScalarNode Digest, YamlScalarNode Replicas)
{
    private const string VersionKey = "llmops.dev/version";
    private const string DigestKey = "llmops.dev/digest";

    /// <summary>Where the version's files are, where the manifest itself says so: it ends in `/` and the version.</summary>
    public YamlScalarNode? Location { get; init; }

    /// <summary>The annotation "true" | "false" that empties a slot, where the replicas are not what does.</summary>
    public YamlScalarNode? Stop { get; init; }

    /// <summary>Version and digest stand in annotations of the slot's pods.</summary>
    public static SlotScalars Of(YamlText yaml, string file, YamlNode annotations, YamlScalarNode replicas) =>
        new(yaml, file, yaml.Scalar(annotations, VersionKey), yaml.Scalar(annotations, DigestKey), replicas);

    public SlotManifest Read()
    {
        int replicas = Yaml.Number(Replicas) is var number and >= 0 ? number : throw new ManifestException(File, "the replicas are negative");
        string version = Version.Value ?? "";
        if (Location?.Value is { } location && location[(location.LastIndexOf('/') + 1)..] != version)
        {
            throw new ManifestException(File, $"line {Location.Start.Line}: '{location}' must end in '/{version}': it is where version '{version}' is loaded from");
        }
        return new SlotManifest(version, Digest.Value ?? "", IsStopped() ? 0 : replicas);
    }

    public string Write(SlotManifest slot)
    {
        SlotManifest now = Read();
        Yaml.Set(Version, slot.Version, quoted: true);
        Yaml.Set(Digest, slot.Digest, quoted: true);
        if (Location?.Value is { } location)
        {
            Yaml.Set(Location, location[..(location.LastIndexOf('/') + 1)] + slot.Version, quoted: true);
        }
        if (slot.Replicas != now.Replicas)
        {
            WriteReplicas(slot.Replicas);
        }
        return Yaml.Apply();
    }

    private void WriteReplicas(int replicas)
    {
        if (Stop is not null)
        {
            Yaml.Set(Stop, replicas == 0 ? "true" : "false", quoted: true);
        }
        if (Stop is null || replicas > 0)
        {
            Yaml.Set(Replicas, replicas.ToString(CultureInfo.InvariantCulture), quoted: false);
        }
    }

    // Kubernetes refuses an annotation that is a YAML boolean; KServe compares without case.
    private bool IsStopped() => Stop switch
    {
        null => false,
        { Style: ScalarStyle.Plain } => throw new ManifestException(File, $"line {Stop.Start.Line}: write the annotation as a string, \"true\" or \"false\""),
        { Value: { } value } when value.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        { Value: "false" } => false,
        _ => throw new ManifestException(File, $"line {Stop.Start.Line}: '{Stop.Value}' must be \"true\" or \"false\""),
    };
}
