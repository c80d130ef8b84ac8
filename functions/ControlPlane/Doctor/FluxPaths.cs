using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Doctor;

/// <summary>Which of Flux' Kustomizations apply the routes: the others are on no rollback's way.</summary>
internal static class FluxPaths
{
    private static readonly string[] Lists = ["resources", "components", "bases"];

    /// <summary>Those whose folder leads to a model's route; all of them where none is seen to.</summary>
    public static IReadOnlyList<SetupDocument> OfRoutes(IReadOnlyList<SetupDocument> kustomizations, IReadOnlyList<SetupText> texts)
    {
        Dictionary<string, string> byPath = texts.GroupBy(text => text.Path, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().Text, StringComparer.Ordinal);
        List<SetupDocument> leading = [.. kustomizations.Where(kustomization =>
            Files(Normal("", kustomization.Root.At("spec", "path").Text ?? "."), byPath, []).Any(IsRoute))];
        return leading.Count > 0 ? leading : kustomizations;
    }

    private static bool IsRoute(string path) => path.Split('/') is [.., "apps", _, "route.yaml"];

    // Without a kustomization.yaml Flux takes every file below the folder.
    private static IEnumerable<string> Files(string folder, Dictionary<string, string> texts, HashSet<string> seen)
    {
        if (!seen.Add(folder))
        {
            return [];
        }
        string prefix = folder.Length == 0 ? "" : folder + "/";
        return texts.TryGetValue(prefix + "kustomization.yaml", out string? text)
            ? Named(text).Select(name => Normal(folder, name)).SelectMany(path => texts.ContainsKey(path) ? [path] : Files(path, texts, seen))
            : texts.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Named(string kustomization)
    {
        try
        {
            YamlStream stream = [];
            stream.Load(new StringReader(kustomization));
            return stream.Documents is [{ RootNode: YamlMappingNode root }, ..]
                ? [.. Lists.SelectMany(list => root.Children.TryGetValue(new YamlScalarNode(list), out YamlNode? found) && found is YamlSequenceNode items ? items.Children : [])
                    .OfType<YamlScalarNode>().Select(item => item.Value ?? "")]
                : [];
        }
        catch (YamlException)
        {
            return [];   // a finding of its own already
        }
    }

    private static string Normal(string folder, string path)
    {
        Stack<string> parts = new(folder.Split('/', StringSplitOptions.RemoveEmptyEntries));
        foreach (string part in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != "."))
        {
            if (part != "..")
            {
                parts.Push(part);
            }
            else
            {
                parts.TryPop(out _);
            }
        }
        return string.Join('/', parts.Reverse());
    }
}
