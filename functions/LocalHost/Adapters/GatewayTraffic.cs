using System.Globalization;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Live traffic read from the gateway's and the servers' own metrics, for a machine without Prometheus. The client's base
/// address is the cluster's.
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

    public async Task<IReadOnlyList<ServerCounter>> ReadServers(string model, string family, string label, CancellationToken cancellation)
    {
        Target[] targets = await http.GetFromJsonAsync<Target[]>("targets", Wire.Json, cancellation) ?? [];
        List<ServerCounter> counters = [];
        foreach (Target target in targets.Where(target => target.Labels["model"] == model))
        {
            string page = await Page(target, cancellation);
            counters.AddRange(page.Split('\n').Where(line => line.StartsWith($"{family}{{", StringComparison.Ordinal))
                .Select(line => Line().Match(line)).Where(line => line.Success)
                .Select(line => new ServerCounter(
                    target.Labels["slot"], target.Labels["version"], Labels(line.Groups["labels"].Value).GetValueOrDefault(label, ""),
                    double.Parse(line.Groups["value"].ValueSpan, CultureInfo.InvariantCulture))));
        }
        return [.. counters.GroupBy(counter => (counter.Slot, counter.Version, counter.Label), counter => counter.Value)
            .Select(sum => new ServerCounter(sum.Key.Slot, sum.Key.Version, sum.Key.Label, sum.Sum()))];
    }

    // A server that does not answer counts nothing now: that is what a scrape would see.
    private async Task<string> Page(Target target, CancellationToken cancellation)
    {
        try
        {
            return await http.GetStringAsync(new Uri($"http://{target.Targets[0]}/metrics"), cancellation);
        }
        catch (Exception error) when (error is HttpRequestException or TaskCanceledException && !cancellation.IsCancellationRequested)
        {
            return "";
        }
    }

    private static TrafficCount Traffic(string code, long count) => new(count, code.StartsWith('5') ? count : 0);

    private static long Number(Group text) => long.Parse(text.ValueSpan, CultureInfo.InvariantCulture);

    private static Dictionary<string, string> Labels(string labels) =>
        Label().Matches(labels).ToDictionary(label => label.Groups[1].Value, label => label.Groups[2].Value);

    [GeneratedRegex("""^llmops_gateway_requests_total\{(?<labels>.*)\} (?<count>[0-9]+)$""")]
    private static partial Regex Sample();

    [GeneratedRegex("""([a-z_]+)="([^"]*)" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Label();

    [GeneratedRegex("""^[a-z0-9_:]+\{(?<labels>.*)\} (?<value>[0-9.eE+-]+)$""")]
    private static partial Regex Line();

    private sealed record Target(string[] Targets, Dictionary<string, string> Labels);
}
