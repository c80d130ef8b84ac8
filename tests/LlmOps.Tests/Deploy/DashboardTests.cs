using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Inbox;
using LlmOps.Releases;
using LlmOps.Tests.Inference;

namespace LlmOps.Tests.Deploy;

/// <summary>Dashboards and alerts ask for metrics that somebody exports.</summary>
public sealed partial class DashboardTests(TinyOpsServer server) : IClassFixture<TinyOpsServer>
{
    // What Prometheus, Alertmanager, kube-state-metrics and Istio export, and no part of ours.
    private static readonly string[] Others =
    [
        "ALERTS", "up", "alertmanager_notifications_failed_total", "prometheus_rule_group_iterations_missed_total", "kube_pod_deletion_timestamp",
        "gotk_resource_info", "istio_requests_total", "istio_request_duration_milliseconds_bucket", "llmops_cluster_pod_expected_up",
        "llmops_gateway_requests_total", "llmops_gateway_request_duration_seconds_bucket",
    ];

    public static TheoryData<string> Dashboards => ["releases", "serving"];

    [Theory]
    [MemberData(nameof(Dashboards))]
    public async Task A_dashboard_asks_for_metrics_that_are_exported(string dashboard)
    {
        HashSet<string> exported = await Exported();
        string json = Repository.Text($"{Template.Root}/monitoring/kubernetes/dashboards/{dashboard}.json");
        List<string> queries = [.. Strings(JsonElement.Parse(json), "expr"), .. Strings(JsonElement.Parse(json), "query").Where(query => query.StartsWith("label_values(", StringComparison.Ordinal))];
        Assert.True(queries.Count > 10);
        Assert.Empty(queries.SelectMany(Metrics).Distinct().Except(exported));
    }

    [Fact]
    public async Task A_rule_asks_for_metrics_that_are_exported()
    {
        HashSet<string> exported = await Exported();
        Assert.Empty(Rules.Files.SelectMany(Rules.In).Concat(Rules.InLocal()).SelectMany(rule => Metrics(Rules.Text(rule, "expr")!)).Distinct().Except(exported));
    }

    [Fact]
    public async Task A_metric_that_nobody_exports_is_found() =>
        Assert.Equal(["vllm:num_requests_wating"], Metrics("""sum by (slot) (vllm:num_requests_wating{slot=~"blue|green"}) / up""").Except(await Exported()));

    private async Task<HashSet<string>> Exported()
    {
        string served = await server.Client.GetStringAsync("/metrics");
        string told = MetricsText.Of(
            [new Release { Model = "m", Version = "1.0.0", Digest = "", Phase = Phase.Stalled, UploadedAt = default, PhaseSince = DateTimeOffset.UnixEpoch }],
            new Dictionary<string, int> { ["work"] = 0 }, gitAnswers: true);
        IEnumerable<string> recorded = Rules.Files.SelectMany(Rules.In).Concat(Rules.InLocal()).Select(rule => Rules.Text(rule, "record")).OfType<string>();
        return [.. Sample.Matches(served + "\n" + told).Select(match => match.Groups[1].Value), .. recorded, .. Others];
    }

    // The names that are left when strings, label lists, numbers, durations, functions and keywords are gone.
    private static IEnumerable<string> Metrics(string query)
    {
        string bare = Grouping.Replace(Labels.Replace(Text.Replace(query, ""), ""), " ");
        return Name.Matches(bare).Where(match => !bare[(match.Index + match.Length)..].TrimStart().StartsWith('(')).Select(match => match.Value)
            .Except(["and", "or", "unless", "bool", "model_name", "offset"]);
    }

    private static IEnumerable<string> Strings(JsonElement element, string name) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property =>
            property.Name == name && property.Value.ValueKind == JsonValueKind.String ? [property.Value.GetString()!] : Strings(property.Value, name)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(item => Strings(item, name)),
        _ => [],
    };

    [GeneratedRegex(@"^([a-zA-Z_:][a-zA-Z0-9_:]*)(?=[{ ])", RegexOptions.Multiline)]
    private static partial Regex Sample { get; }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Text { get; }

    [GeneratedRegex(@"\{[^}]*\}|\[[^\]]*\]")]
    private static partial Regex Labels { get; }

    [GeneratedRegex(@"\b(by|on|without|ignoring|group_left|group_right)\s*(\([^)]*\))?")]
    private static partial Regex Grouping { get; }

    [GeneratedRegex(@"(?<![0-9.])\b[a-zA-Z_:][a-zA-Z0-9_:]*")]
    private static partial Regex Name { get; }
}
