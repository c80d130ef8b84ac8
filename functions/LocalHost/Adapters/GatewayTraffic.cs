using System.Globalization;
using System.Text.RegularExpressions;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Live traffic read from the gateway's own metrics, for a machine without Prometheus. The client's base address is the cluster's.
/// </summary>
internal sealed partial class GatewayTraffic(HttpClient http) : ILiveTraffic
{
    public async Task<IReadOnlyDictionary<string, TrafficCount>> Read(string model, CancellationToken cancellation)
    {
        string page = await http.GetStringAsync(new Uri("metrics", UriKind.Relative), cancellation);
        return page.Split('\n')
            .Select(line => Sample().Match(line))
            .Where(sample => sample.Success)
            .Select(sample => (Labels: Labels(sample.Groups["labels"].Value), Count: Number(sample.Groups["count"])))
            .Where(sample => sample.Labels["model"] == model && sample.Labels["slot"].Length > 0)
            .GroupBy(sample => sample.Labels["slot"], sample => Traffic(sample.Labels["code"], sample.Count))
            .ToDictionary(slot => slot.Key, slot => slot.Aggregate((all, one) => all + one));
    }

    private static TrafficCount Traffic(string code, long count) => new(count, code.StartsWith('5') ? count : 0);

    private static long Number(Group text) => long.Parse(text.ValueSpan, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Labels(string labels) =>
        Label().Matches(labels).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);

    [GeneratedRegex("""^llmops_gateway_requests_total\{(?<labels>.*)\} (?<count>[0-9]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-z]+)="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();
}
