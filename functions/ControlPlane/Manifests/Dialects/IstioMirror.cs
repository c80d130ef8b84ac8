using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace LlmOps.Manifests.Dialects;

/// <summary>
/// Copies of requests in an Istio VirtualService: `mirror` and `mirrorPercentage` of the rule that routes to the slots, a line
/// each. Istio has one of them a rule, so where people copy elsewhere there is no shadow.
/// </summary>
internal static class IstioMirror
{
    private const string Key = "mirror";
    private const string Percentage = "mirrorPercentage";

    /// <summary>The copies that go to a slot, or null.</summary>
    /// <param name="slotOf">The slot that a destination is, or null.</param>
    public static RouteMirror? Read(IstioRule rule, Func<YamlNode, string?> slotOf)
    {
        if (YamlText.Optional(rule.Node, Key) is not { } mirror || slotOf(mirror) is not { } slot)
        {
            return null;
        }
        string? percent = YamlText.Optional(rule.Node, Percentage) is { } percentage ? rule.Yaml.Scalar(percentage, "value").Value : "100";
        return double.TryParse(percent, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 100
            ? new RouteMirror(slot, (int)value)
            : throw new ManifestException(rule.File, $"line {mirror.Start.Line}: '{percent}' is no percentage of copies");
    }

    /// <summary>The text with copies to the slot of a destination; the rule has none yet.</summary>
    public static string Add(IstioRule rule, YamlNode destination, int percent)
    {
        if (new[] { Key, "mirrors", "mirrorPercent", "mirror_percent" }.Select(key => YamlText.Optional(rule.Node, key)).FirstOrDefault(node => node is not null) is { } theirs)
        {
            throw new ManifestException(rule.File, $"line {theirs.Start.Line}: the rule copies requests already, and Istio has one 'mirror' a rule: leave it out, or leave out rollout.shadow");
        }
        IEnumerable<string> fields = new[] { "host", "subset" }.Where(key => YamlText.Optional(destination, key) is not null)
            .Select(key => $"{key}: {rule.Yaml.Scalar(destination, key).Value}");
        if (YamlText.Optional(destination, "port") is { } port)
        {
            fields = fields.Append($"port: {{ number: {rule.Yaml.Scalar(port, "number").Value} }}");
        }
        return YamlLines.Before(
            rule.Yaml.Text, rule.Node, "route", $"{Key}: {{ {string.Join(", ", fields)} }}",
            string.Create(CultureInfo.InvariantCulture, $"{Percentage}: {{ value: {percent} }}"));
    }

    /// <summary>The text without the rule's copies, given how to read the rule of a text.</summary>
    public static string Remove(IstioRule rule, Func<string, IstioRule> read)
    {
        IstioRule rest = read(YamlLines.Without(rule.Yaml.Text, rule.Node, Key));
        return YamlText.Optional(rest.Node, Percentage) is null ? rest.Yaml.Text : YamlLines.Without(rest.Yaml.Text, rest.Node, Percentage);
    }
}

/// <summary>The rule of a VirtualService that routes to both slots.</summary>
internal sealed record IstioRule(YamlText Yaml, string File, YamlMappingNode Node, YamlNode Blue, YamlNode Green);
