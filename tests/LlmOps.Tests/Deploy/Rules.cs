using YamlDotNet.RepresentationModel;

namespace LlmOps.Tests.Deploy;

/// <summary>The rules for a cluster, and the alerts among them.</summary>
internal static class Rules
{
    public static IReadOnlyList<string> Files { get; } = [.. Directory
        .EnumerateFiles(Repository.At(Template.Root, "monitoring", "kubernetes"), "rules-*.yaml").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    public static IEnumerable<YamlNode> In(string file) =>
        Template.Documents(Repository.Text($"{Template.Root}/monitoring/kubernetes/{file}")).SelectMany(document => Template.At(document, "spec", "groups", "*", "rules", "*"));

    public static IEnumerable<YamlNode> InLocal() =>
        Template.Documents(Repository.Text($"{Template.Root}/monitoring/rules.yaml")).SelectMany(document => Template.At(document, "groups", "*", "rules", "*"));

    /// <summary>Every alert, here and on one machine.</summary>
    public static IReadOnlyList<YamlNode> Alerts { get; } = [.. Files.SelectMany(In).Concat(InLocal()).Where(rule => Text(rule, "alert") is not null)];

    public static string? Text(YamlNode rule, params string[] path) => Template.At(rule, path).SingleOrDefault()?.ToString();

    /// <summary>Writes a PrometheusRule's groups as promtool reads them.</summary>
    public static void Write(string file, string folder)
    {
        YamlMappingNode rule = Assert.Single(Template.Documents(Repository.Text($"{Template.Root}/monitoring/kubernetes/{file}")));
        using StreamWriter writer = new(Path.Combine(folder, file));
        new YamlStream(new YamlDocument(rule["spec"])).Save(writer, assignAnchors: false);
    }
}
