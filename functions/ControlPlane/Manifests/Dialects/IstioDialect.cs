using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Slots are Deployments, the route is an Istio VirtualService whose one HTTP rule shares the traffic out. A slot is the
/// host `model-slot`, or the subset `slot` of the host `model`. Mirrors, matches, retries and other rules are people's.
/// </summary>
internal sealed class IstioDialect : IManifestDialect
{
    private static readonly string[] ApiVersions = ["networking.istio.io/v1", "networking.istio.io/v1beta1", "networking.istio.io/v1alpha3"];

    public string Name => "istio";

    public SlotManifest ReadSlot(SlotFile file) => SlotManifest.Read(file.Path, file.Text);

    public string WriteSlot(SlotFile file, SlotManifest slot) => slot.WriteTo(file.Path, file.Text);

    public RouteManifest ReadRoute(RouteFile file) => Find(file).ReadPercent();

    public string WriteRoute(RouteFile file, RouteManifest weights, IdleSlot idle) => this.Checked(file, weights, Find(file).Write(weights));

    // A destination that a rule leaves without weight gets none beside others and all when it is alone: so both are written.
    private static RouteScalars Find(RouteFile file)
    {
        YamlText yaml = new(file.Path, file.Text);
        if (yaml.At(yaml.OfKind("VirtualService", ApiVersions), "spec", "http") is not YamlSequenceNode rules)
        {
            throw new ManifestException(file.Path, "'spec.http' must be a list of rules");
        }
        List<YamlSequenceNode> routes = [.. rules.Children.Select(rule => YamlText.Optional(rule, "route")).OfType<YamlSequenceNode>()
            .Where(route => route.Children.Any(target => SlotOf(yaml, file.Model, target) is not null))];
        if (routes is not [{ Children: [var first, var second] }])
        {
            throw new ManifestException(
                file.Path, $"{routes.Count} rules name a slot of {file.Model}: one rule must route to both slots and to nothing else, or traffic goes past the weights");
        }
        return (SlotOf(yaml, file.Model, first), SlotOf(yaml, file.Model, second)) switch
        {
            (Slots.Blue, Slots.Green) => new RouteScalars(yaml, file.Path, yaml.Scalar(first, "weight"), yaml.Scalar(second, "weight")),
            (Slots.Green, Slots.Blue) => new RouteScalars(yaml, file.Path, yaml.Scalar(second, "weight"), yaml.Scalar(first, "weight")),
            _ => throw new ManifestException(file.Path, $"the rule must name {file.Model}-blue and {file.Model}-green (or the subsets blue and green) once each"),
        };
    }

    private static string? SlotOf(YamlText yaml, string model, YamlNode target)
    {
        string host = (yaml.Scalar(target, "destination", "host").Value ?? "").Split('.')[0];
        string? subset = (YamlText.Optional(yaml.At(target, "destination"), "subset") as YamlScalarNode)?.Value;
        return new[] { Slots.Blue, Slots.Green }.FirstOrDefault(slot => host == $"{model}-{slot}" || (host == model && subset == slot));
    }
}
