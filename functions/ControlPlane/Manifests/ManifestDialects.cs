using LlmOps.Manifests.Dialects;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests;

/// <summary>The dialects by the name that a model's gates.yaml gives under `dialect`. An unknown name is an error, never a guess.</summary>
public static class ManifestDialects
{
    /// <summary>The dialect of a model whose gates.yaml names none.</summary>
    public const string Default = "gateway-api";

    /// <summary>All dialects, the default first.</summary>
    public static IReadOnlyList<IManifestDialect> All { get; } =
        [new GatewayApiDialect(), new IstioDialect(), new KserveStandardDialect(), new KserveKnativeDialect(), new KserveLlmDialect()];

    /// <summary>What is wrong with a name, or null when it names a dialect.</summary>
    public static string? Problem(string? name) =>
        All.Any(dialect => dialect.Name == name) ? null : $"dialect '{name}' is unknown; known are {string.Join(", ", All.Select(dialect => dialect.Name))}";

    /// <summary>What is wrong with a shadow in this dialect, or null where its route can copy requests.</summary>
    internal static string? MirrorProblem(string? name) => All.FirstOrDefault(dialect => dialect.Name == name) is null or IMirroringDialect ? null
        : $"rollout.shadow: not possible with {name}, whose route copies no requests; use {string.Join(" or ", All.OfType<IMirroringDialect>().Select(dialect => dialect.Name))}, or leave shadow out";

    /// <summary>The dialect that a gates.yaml names. It reads that one key, so that a wrong gate stops no rollback.</summary>
    public static IManifestDialect Read(string file, string? policy)
    {
        YamlNode? named = policy is null ? null : YamlText.Optional(new YamlText(file, policy).Root(), "dialect");
        string? name = named is null ? Default : (named as YamlScalarNode)?.Value;
        return Problem(name) is { } problem ? throw new ManifestException(file, problem) : All.Single(dialect => dialect.Name == name);
    }
}
