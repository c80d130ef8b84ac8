using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace LlmOps.Manifests;

/// <summary>The file at the root of the GitOps repository by which people stop all rollouts, or those of some models. It never stops a rollback.</summary>
public sealed record KillSwitch
{
    public bool Frozen { get; init; }

    public string Reason { get; init; } = "";

    public string By { get; init; } = "";

    /// <summary>The models that it concerns; all when none is named.</summary>
    public List<string> Models { get; init; } = [];

    /// <summary>Whether it stops a model.</summary>
    public bool Stops(string model) => Frozen && (Models is null || Models.Count == 0 || Models.Contains(model));

    /// <summary>Reads the file; none is a switch that is off, and one that cannot be read throws <see cref="ManifestException"/>.</summary>
    public static KillSwitch Read(string? text)
    {
        if (text is null)
        {
            return new KillSwitch();
        }
        try
        {
            return new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).WithDuplicateKeyChecking().Build()
                .Deserialize<KillSwitch>(text) ?? throw new ManifestException(Slots.FreezePath, "is empty: write 'frozen: false', or remove it");
        }
        catch (YamlException error)
        {
            throw new ManifestException(Slots.FreezePath, $"line {error.Start.Line}: {(error.InnerException ?? error).Message}");
        }
    }
}
