using System.Globalization;
using System.Text.RegularExpressions;

namespace LlmOps.LocalHost.Cluster.Manifests;

/// <summary>Reads a model's HTTPRoute of one rule. What a Gateway would honour and this one cannot is refused, never ignored.</summary>
internal static partial class RouteManifest
{
    private const int MaxWeight = 1_000_000;
    private const int MaxBackends = 16;

    /// <summary>Throws <see cref="ManifestException"/> when a cluster would not admit it.</summary>
    public static RouteSpec Parse(string text)
    {
        ManifestNode route = ManifestNode.Documents(text).FirstOrDefault(document => document["kind"].TextOrNull == "HTTPRoute");
        if (!route.Exists)
        {
            throw new ManifestException("there is no HTTPRoute");
        }
        ManifestNode rule = Only(route["spec"]["rules"]);
        ManifestNode path = Only(rule["matches"])["path"];
        if (path["type"].TextOrNull is not ("PathPrefix" or null))
        {
            throw path["type"].Refuse($"must be PathPrefix, not '{path["type"].Text}'");
        }
        BackendRef[] backends = [.. rule["backendRefs"].Items.Select(Backend)];
        if (backends.Length > MaxBackends)
        {
            throw rule["backendRefs"].Refuse($"has {backends.Length} entries; at most {MaxBackends} are allowed");
        }
        string prefix = Prefix(path["value"].Text);
        string replacement = Replacement(rule["filters"], prefix);
        return new(route["metadata"]["name"].Text, prefix, replacement, Timeout(rule["timeouts"]["request"]), backends)
        {
            Mirrors = [.. rule["filters"].Items.Where(IsMirror).Select(filter => Mirror(filter["requestMirror"]))],
        };
    }

    private static BackendRef Backend(ManifestNode node) => new(node["name"].Text, node["weight"].Int(absent: 1, 0, MaxWeight));

    private static string Replacement(ManifestNode filters, string prefix)
    {
        ManifestNode[] others = [.. filters.Items.Where(filter => !IsMirror(filter))];
        return others switch
        {
            [] => prefix,
            [var filter] when filter["type"].Text == "URLRewrite" => Prefix(filter["urlRewrite"]["path"]["replacePrefixMatch"].Text),
            [var filter] => throw filter["type"].Refuse($"must be URLRewrite or RequestMirror, not '{filter["type"].Text}'"),
            _ => throw filters.Refuse("must have one filter besides RequestMirror at most"),
        };
    }

    private static bool IsMirror(ManifestNode filter) => filter["type"].Text == "RequestMirror";

    /// <summary>All requests without a share; `percent` and `fraction` exclude each other (HTTPRequestMirrorFilter).</summary>
    private static MirrorRef Mirror(ManifestNode mirror)
    {
        (ManifestNode percent, ManifestNode fraction) = (mirror["percent"], mirror["fraction"]);
        if (percent.Exists && fraction.Exists)
        {
            throw fraction.Refuse("excludes percent");
        }
        int denominator = fraction.Exists ? fraction["denominator"].Int(absent: 100, 1, MaxWeight) : 100;
        int numerator = fraction.Exists ? fraction["numerator"].Int(absent: null, 0, denominator) : percent.Int(absent: 100, 0, 100);
        return new(mirror["backendRef"]["name"].Text, numerator, denominator);
    }

    /// <summary>Without the slash at its end, so that it meets whole segments; `/` is everything.</summary>
    private static string Prefix(string path) => path.Trim('/') is { Length: > 0 } segments ? "/" + segments : "";

    private static ManifestNode Only(ManifestNode list) =>
        list.Items.ToArray() is [var only] ? only : throw list.Refuse("must have exactly one entry");

    /// <summary>A duration as the Gateway API writes it (GEP-2257): `1h30m`, `500ms`; `0s` is no limit.</summary>
    private static TimeSpan? Timeout(ManifestNode node)
    {
        if (!node.Exists)
        {
            return null;
        }
        if (!Duration().IsMatch(node.Text))
        {
            throw node.Refuse($"must be a duration such as 30s, not '{node.Text}'");
        }
        TimeSpan sum = DurationPart().Matches(node.Text).Aggregate(TimeSpan.Zero, (all, part) => all + Part(part));
        return sum == TimeSpan.Zero ? null : sum;
    }

    private static TimeSpan Part(Match part)
    {
        int count = int.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return part.Groups[2].Value switch
        {
            "h" => TimeSpan.FromHours(count),
            "m" => TimeSpan.FromMinutes(count),
            "s" => TimeSpan.FromSeconds(count),
            _ => TimeSpan.FromMilliseconds(count),
        };
    }

    [GeneratedRegex(@"^([0-9]{1,5}(h|m|s|ms)){1,4}\z")]
    private static partial Regex Duration();

    [GeneratedRegex("([0-9]{1,5})(ms|h|m|s)")]
    private static partial Regex DurationPart();
}
