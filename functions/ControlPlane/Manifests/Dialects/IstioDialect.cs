using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Slots are Deployments, the route is an Istio VirtualService whose one HTTP rule shares the traffic out. A slot is the
/// host `model-slot`, or the subset `slot` of the host `model`. Mirrors to others, matches, retries and other rules are people's.
/// </summary>
internal sealed class IstioDialect : IMirroringDialect
{
    private static readonly string[] ApiVersions = ["networking.istio.io/v1", "networking.istio.io/v1beta1", "networking.istio.io/v1alpha3"];

    public string Name => "istio";

    public SlotManifest ReadSlot(SlotFile file) => SlotManifest.Read(file.Path, file.Text);

    public string WriteSlot(SlotFile file, SlotManifest slot) => slot.WriteTo(file.Path, file.Text);

    public RouteManifest ReadRoute(RouteFile file) => Find(file).ReadPercent();

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle) => this.Checked(file, weights, Find(file).Write(weights));

    public RouteMirror? ReadMirror(RouteFile file)
    {
        IstioRule rule = Rule(file);
        return IstioMirror.Read(rule, destination => SlotOf(rule.Yaml, file.Model, destination));
    }

    public string WriteMirror(RouteFile file, RouteMirror? mirror)
    {
        RouteMirror? now = ReadMirror(file);
        if (now == mirror)
        {
            return file.Text;
        }
        RouteFile cleared = now is null ? file : file with { Text = IstioMirror.Remove(Rule(file), text => Rule(file with { Text = text })) };
        IstioRule rule = Rule(cleared);
        string text = mirror is null ? cleared.Text
            : IstioMirror.Add(rule, rule.Yaml.At(mirror.Slot == Slots.Blue ? rule.Blue : rule.Green, "destination"), mirror.Percent);
        return this.Checked(file, mirror, text);
    }

    // A destination that a rule leaves without weight gets none beside others and all when it is alone: so both are written.
    private static RouteScalars Find(RouteFile file)
    {
        IstioRule rule = Rule(file);
        return new RouteScalars(rule.Yaml, file.Path, rule.Yaml.Scalar(rule.Blue, "weight"), rule.Yaml.Scalar(rule.Green, "weight"));
    }

    private static IstioRule Rule(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        if (yaml.At(yaml.OfKind("VirtualService", ApiVersions), "spec", "http") is not YamlSequenceNode rules)
        {
            throw new ManifestException(file.Path, "'spec.http' must be a list of rules");
        }
        List<(YamlMappingNode Rule, YamlSequenceNode Route)> found = [.. rules.Children.OfType<YamlMappingNode>()
            .Select(rule => (rule, YamlText.Optional(rule, "route") as YamlSequenceNode)).Where(rule => rule.Item2 is not null).Select(rule => (rule.rule, rule.Item2!))
            .Where(rule => rule.Item2.Children.Any(target => SlotOf(yaml, file.Model, yaml.At(target, "destination")) is not null))];
        if (found is not [var (node, route)] || route is not { Children: [var first, var second] })
        {
            throw new ManifestException(
                file.Path, $"{found.Count} rules name a slot of {file.Model}: one rule must route to both slots and to nothing else, or traffic goes past the weights");
        }
        return (SlotOf(yaml, file.Model, yaml.At(first, "destination")), SlotOf(yaml, file.Model, yaml.At(second, "destination"))) switch
        {
            (Slots.Blue, Slots.Green) => new IstioRule(yaml, file.Path, node, first, second),
            (Slots.Green, Slots.Blue) => new IstioRule(yaml, file.Path, node, second, first),
            _ => throw new ManifestException(file.Path, $"the rule must name {file.Model}-blue and {file.Model}-green (or the subsets blue and green) once each"),
        };
    }

    private static string? SlotOf(YamlText yaml, string model, YamlNode destination)
    {
        string host = (yaml.Scalar(destination, "host").Value ?? "").Split('.')[0];
        string? subset = (YamlText.Optional(destination, "subset") as YamlScalarNode)?.Value;
        return new[] { Slots.Blue, Slots.Green }.FirstOrDefault(slot => host == $"{model}-{slot}" || (host == model && subset == slot));
    }
}
