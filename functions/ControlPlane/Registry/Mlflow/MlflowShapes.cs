using System.Globalization;

namespace LlmOps.Registry.Mlflow;

/// <summary>MLflow's ModelVersion (mlflow/protos/model_registry.proto).</summary>
public sealed record MlflowVersion(
    string Name,
    string Version,
    long CreationTimestamp,
    long LastUpdatedTimestamp,
    string CurrentStage,
    string Description,
    string Source,
    string RunId,
    string Status,
    string RunLink,
    IReadOnlyList<MlflowTag> Tags,
    IReadOnlyList<string> Aliases);

/// <summary>MLflow's RegisteredModel.</summary>
public sealed record MlflowModel(
    string Name,
    long CreationTimestamp,
    long LastUpdatedTimestamp,
    string Description,
    IReadOnlyList<MlflowVersion> LatestVersions,
    IReadOnlyList<MlflowTag> Tags,
    IReadOnlyList<MlflowAlias> Aliases);

/// <summary>A tag.</summary>
public sealed record MlflowTag(string Key, string Value);

/// <summary>An alias and the number of the version that it points at.</summary>
public sealed record MlflowAlias(string Alias, string Version);

/// <summary>Writes the registry's models as MLflow's clients read them. Times are milliseconds since 1970.</summary>
public sealed class MlflowShapes(ControlPlaneOptions options)
{
    // MLflow's name for "in no stage"; stages are not offered.
    private const string NoStage = "None";

    public MlflowModel Of(ModelView model) => new(
        model.Model,
        model.Versions.Min(version => version.RegisteredAt).ToUnixTimeMilliseconds(),
        model.Versions.Select(version => version.ChangedAt).Concat(model.Changes.Select(change => change.At)).Concat(model.History.Select(move => move.At))
            .Max().ToUnixTimeMilliseconds(),
        model.Description ?? "",
        [Of(model, model.Versions[0])],
        Tags(model.Tags),
        [.. model.Aliases.OrderBy(alias => alias.Key, StringComparer.Ordinal).Select(alias => new MlflowAlias(alias.Key, Number(model, alias.Value)))]);

    public MlflowVersion Of(ModelView model, VersionView version) => new(
        model.Model, Text(version.Number), version.RegisteredAt.ToUnixTimeMilliseconds(), version.ChangedAt.ToUnixTimeMilliseconds(),
        NoStage, version.Description ?? "", Source(model, version), version.Lineage.Source.GetValueOrDefault("run", ""), "READY", "",
        Tags(version.Tags.Concat(MlflowTags.Own(version))), version.Aliases);

    /// <summary>Where the version's files lie.</summary>
    public string Source(ModelView model, VersionView version) => $"{options.ModelsUri.TrimEnd('/')}/{model.Model}/{version.Version}";

    private static IReadOnlyList<MlflowTag> Tags(IEnumerable<KeyValuePair<string, string>> tags) =>
        [.. tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => new MlflowTag(tag.Key, tag.Value))];

    private static string Number(ModelView model, string version) =>
        Text(model.Versions.FirstOrDefault(known => known.Version == version)?.Number ?? 0);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
