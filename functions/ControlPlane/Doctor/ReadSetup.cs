using LlmOps.Manifests;
using LlmOps.Ports;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Doctor;

/// <summary>Reads the documents of a setup, also those that ConfigMaps, Secrets and PrometheusRules carry.</summary>
internal static class ReadSetup
{
    private const string RuleObject = "monitoring.coreos.com/PrometheusRule";

    /// <summary>Reads all YAML files; one that is not YAML is a finding.</summary>
    public static IReadOnlyList<SetupDocument> Of(IEnumerable<SetupText> texts, Chart chart) =>
        [.. texts.Where(text => IsYaml(text.Path)).SelectMany(text => Documents(text.Path, text.Text, 0, chart))];

    private static bool IsYaml(string path) => path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal);

    private static List<SetupDocument> Documents(string path, string text, int offset, Chart chart)
    {
        List<SetupDocument> found = [];
        foreach (YamlMappingNode mapping in Mappings(path, text, offset, chart))
        {
            Place root = new(path, mapping, offset, offset);
            string kind = SetupKinds.Of(root);
            found.Add(kind == RuleObject ? new SetupDocument(SetupKinds.Rules, root.At("spec")) : new SetupDocument(kind, root));
            foreach (Place carried in Carried(kind, root))
            {
                found.AddRange(Documents(path, carried.Text!, carried.Line, chart));
            }
        }
        return found;
    }

    // The text of a literal block begins on the line below its key.
    private static IEnumerable<Place> Carried(string kind, Place root)
    {
        Place carrier = kind switch
        {
            "core/ConfigMap" => root.At("data"),
            "core/Secret" => root.At("stringData"),
            _ => root.At("no texts"),
        };
        return carrier.Keys.Where(IsYaml).Select(key => carrier.At(key)).Where(place => place.Text is not null);
    }

    private static IReadOnlyList<YamlMappingNode> Mappings(string path, string text, int offset, Chart chart)
    {
        try
        {
            YamlStream stream = [];
            YamlBounds.Check(path, text);
            stream.Load(new StringReader(text));
            return [.. stream.Documents.Select(document => document.RootNode).OfType<YamlMappingNode>()];
        }
        catch (Exception error) when (error is YamlException or InvalidOperationException or ArgumentException or ManifestException)
        {
            int line = offset + (error is YamlException at ? (int)at.Start.Line : 0);
            chart.Add(new Finding(
                RollbackStage.Apply, Concern.Breaks, path, line, "(the file)", "is not YAML", 0,
                $"what cannot be read is not applied: {PlainText.OneLine(error.Message, 160)}", "mend the file"));
            return [];
        }
    }
}
