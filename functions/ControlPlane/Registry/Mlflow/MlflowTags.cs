namespace LlmOps.Registry.Mlflow;

/// <summary>What MLflow's shapes have no field for, as tags of our own; nobody sets them.</summary>
public static class MlflowTags
{
    /// <summary>The SemVer of a version.</summary>
    public const string Version = RegistryNames.OwnTags + "version";

    /// <summary>The digest (SHA-256, hex) of a version.</summary>
    public const string Digest = RegistryNames.OwnTags + "digest";

    /// <summary>A version's own tags: its SemVer, digest and lineage.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Own(VersionView version) =>
        Lineage(version.Lineage).Prepend((Version, version.Version)).Prepend((Digest, version.Digest))
            .Where(tag => tag.Item2 is not null)
            .Select(tag => new KeyValuePair<string, string>(tag.Item1, tag.Item2!));

    private static IEnumerable<(string, string?)> Lineage(Lineage lineage) =>
    [
        .. lineage.Source.Select(source => ($"llmops.source.{source.Key}", (string?)source.Value)),
        .. lineage.Datasets.Select(dataset => ($"llmops.dataset.{dataset.Key}", (string?)dataset.Value)),
        ("llmops.gates.verdict", lineage.Verdict),
        ("llmops.gates.report", lineage.GateReport),
        ("llmops.gates.revision", lineage.GatesAt),
        ("llmops.commit.staged", lineage.StagedIn),
        ("llmops.commit.promoted", lineage.PromotedIn),
        ("llmops.commit.rolled_back", lineage.RolledBackIn),
        ("llmops.approved_by", lineage.ApprovedBy.Count == 0 ? null : string.Join(", ", lineage.ApprovedBy)),
    ];
}
