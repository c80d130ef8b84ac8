using System.Globalization;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Copies of requests in a Gateway API HTTPRoute: a RequestMirror filter of one line, whose backendRef is a slot's. Filters to
/// other Services are people's, and may stand beside it.
/// </summary>
internal static class HttpRouteMirror
{
    private static readonly string[] Reference = ["group", "kind", "namespace", "name", "port"];

    /// <summary>The copies that go to a slot, or null.</summary>
    public static RouteMirror? Read(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        return Find(yaml, file) is var (slot, filter) ? new RouteMirror(slot, Percent(yaml, file, yaml.At(filter, "requestMirror"))) : null;
    }

    /// <summary>The text with these copies, or with none.</summary>
    public static string Write(RouteFile file, RouteMirror? mirror)
    {
        RouteMirror? now = Read(file);
        if (now == mirror)
        {
            return file.Text;
        }
        RouteFile cleared = now is null ? file : file with { Text = Remove(file) };
        return mirror is null ? cleared.Text : Add(cleared, mirror);
    }

    private static string Add(RouteFile file, RouteMirror mirror)
    {
        YamlText yaml = new(file.Path, file.Text);
        (YamlMappingNode rule, YamlSequenceNode backends) = HttpRoute.Rule(yaml, file.Path);
        YamlNode backend = backends.Children.Single(backend => yaml.Scalar(backend, "name").Value == Service(file, mirror.Slot));
        string fields = string.Join(", ", Reference.Where(key => YamlText.Optional(backend, key) is not null).Select(key => $"{key}: {yaml.Scalar(backend, key).Value}"));
        // All is what no percent means, which gateways without percentages understand too.
        string percent = mirror.Percent == 100 ? "" : string.Create(CultureInfo.InvariantCulture, $", percent: {mirror.Percent}");
        string item = $"{{ type: RequestMirror, requestMirror: {{ backendRef: {{ {fields} }}{percent} }} }}";
        return YamlText.Optional(rule, "filters") switch
        {
            null when rule.Style == MappingStyle.Flow => YamlLines.Before(file.Text, rule, "backendRefs", $"filters: [{item}]"),
            null => YamlLines.Before(file.Text, rule, "backendRefs", "filters:", $"  - {item}"),
            YamlSequenceNode { Style: SequenceStyle.Flow } list => list.Children.Count == 0
                ? file.Text.Insert(file.Text.IndexOf('[', (int)list.Start.Index) + 1, item)
                : file.Text.Insert((int)list.Children[0].Start.Index, $"{item}, "),
            YamlSequenceNode { Children: [var first, ..] } => YamlLines.Before(file.Text, Dash(file, first), $"- {item}"),
            var other => throw new ManifestException(file.Path, $"line {other.Start.Line}: 'filters' must be a list, or be left out"),
        };
    }

    private static string Remove(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        (YamlMappingNode rule, _) = HttpRoute.Rule(yaml, file.Path);
        (_, YamlMappingNode filter) = Find(yaml, file)!.Value;
        YamlSequenceNode list = (YamlSequenceNode)yaml.At(rule, "filters");
        int start = (int)filter.Start.Index;
        int place = list.Children.IndexOf(filter);
        return list switch
        {
            { Style: SequenceStyle.Flow } when place + 1 < list.Children.Count => file.Text.Remove(start, (int)list.Children[place + 1].Start.Index - start),
            // A list that is ours alone goes with its key; one that people wrote empty stays.
            { Style: SequenceStyle.Flow, Children.Count: 1 } when rule.Style == MappingStyle.Flow => YamlLines.Without(file.Text, rule, "filters"),
            { Style: SequenceStyle.Flow, Children.Count: 1 } => file.Text.Remove(start, file.Text.LastIndexOf('}', file.Text.IndexOf(']', start)) + 1 - start),
            { Style: SequenceStyle.Flow } => throw new ManifestException(file.Path, $"line {filter.Start.Line}: cannot be edited in place: write the RequestMirror filter first"),
            { Children.Count: 1 } => YamlLines.Without(file.Text, rule, "filters"),
            _ => YamlLines.WithoutLines(file.Text, Dash(file, filter), YamlLines.EndOf(filter)),
        };
    }

    private static (string Slot, YamlMappingNode Filter)? Find(YamlText yaml, RouteFile file)
    {
        (YamlMappingNode rule, _) = HttpRoute.Rule(yaml, file.Path);
        if (YamlText.Optional(rule, "filters") is not YamlSequenceNode filters)
        {
            return null;
        }
        List<(string, YamlMappingNode)> found = [.. filters.Children.OfType<YamlMappingNode>()
            .Where(filter => yaml.Scalar(filter, "type").Value == "RequestMirror")
            .SelectMany(filter => new[] { Slots.Blue, Slots.Green }
                .Where(slot => yaml.Scalar(filter, "requestMirror", "backendRef", "name").Value == Service(file, slot)).Select(slot => (slot, filter)))];
        return found switch
        {
            [] => null,
            [var one] => one,
            [_, var (slot, second), ..] => throw new ManifestException(file.Path, $"line {second.Start.Line}: copies requests to a slot a second time ({Service(file, slot)})"),
        };
    }

    private static int Percent(YamlText yaml, RouteFile file, YamlNode mirror) =>
        YamlText.Optional(mirror, "fraction") is { } fraction ? throw new ManifestException(file.Path, $"line {fraction.Start.Line}: copies to a slot are given in 'percent'")
        : YamlText.Optional(mirror, "percent") is YamlScalarNode percent ? yaml.Number(percent) : 100;

    private static int Dash(RouteFile file, YamlNode item)
    {
        int start = (int)item.Start.Index;
        int dash = file.Text.LastIndexOf('-', start - 1);
        return dash >= 0 && string.IsNullOrWhiteSpace(file.Text[(dash + 1)..start])
            ? dash
            : throw new ManifestException(file.Path, $"line {item.Start.Line}: cannot be edited in place: begin the filter beside its dash");
    }

    private static string Service(RouteFile file, string slot) => $"{file.Model}-{slot}";
}
