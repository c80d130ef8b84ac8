using System.Globalization;
using System.Text;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>Writes the gateway's and the pods' state as Prometheus text.</summary>
internal sealed class MetricsPage(ServiceDirectory services, RouteTable routes, Func<IEnumerable<PodSeries>> pods)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public string Write()
    {
        RequestSeries[] all = InOrder(services.AllSeries, series => series.Key);
        StringBuilder page = new();
        Family(page, "llmops_gateway_requests_total", "counter", "Requests answered, by code; 499 is a client that went away.");
        foreach (RequestSeries series in all)
        {
            foreach ((int code, long count) in series.ByCode())
            {
                Sample(page, "llmops_gateway_requests_total", $"{Labels(series.Key)},code=\"{code}\"", count);
            }
        }
        Family(page, "llmops_gateway_request_duration_seconds", "histogram", "Time from a request to the end of its response.");
        foreach (RequestSeries series in all)
        {
            Histogram(page, series);
        }
        Mirrored(page);
        Family(page, "llmops_gateway_weight", "gauge", "A slot's weight in its model's route.");
        foreach ((string labels, int weight) in Weights())
        {
            Sample(page, "llmops_gateway_weight", labels, weight);
        }
        Family(page, "llmops_cluster_pod_expected_up", "gauge", "1 for a pod that was ready once and should still run.");
        foreach (PodSeries pod in pods())
        {
            Sample(page, "llmops_cluster_pod_expected_up", $"{Labels(pod.Key)},pod=\"{pod.Name}\"", pod.ExpectedUp ? 1 : 0);
        }
        return page.ToString();
    }

    private void Mirrored(StringBuilder page)
    {
        MirrorSeries[] all = InOrder(services.AllMirrored, series => series.Answers.Key);
        Family(page, "llmops_gateway_mirrored_requests_total", "counter", "Copies of requests answered, by code; nobody met these answers.");
        foreach (MirrorSeries series in all)
        {
            foreach ((int code, long count) in series.Answers.ByCode())
            {
                Sample(page, "llmops_gateway_mirrored_requests_total", $"{Labels(series.Answers.Key)},code=\"{code}\"", count);
            }
        }
        Family(page, "llmops_gateway_mirrored_dropped_total", "counter", "Copies that were not sent.");
        foreach (MirrorSeries series in all)
        {
            Sample(page, "llmops_gateway_mirrored_dropped_total", Labels(series.Answers.Key), series.Dropped);
        }
    }

    private static T[] InOrder<T>(IEnumerable<T> series, Func<T, SeriesKey> key) => [.. series.OrderBy(one => key(one).Model, StringComparer.Ordinal)
        .ThenBy(one => key(one).Slot, StringComparer.Ordinal).ThenBy(one => key(one).Version, StringComparer.Ordinal)];

    private IEnumerable<(string Labels, int Weight)> Weights() =>
        from route in routes.Routes
        from backend in route.Spec.Backends
        let slot = services.Find(backend.Service)?.Slot ?? backend.Service
        select ($"model=\"{Escape(route.Spec.Model)}\",slot=\"{Escape(slot)}\"", backend.Weight);

    private static void Histogram(StringBuilder page, RequestSeries series)
    {
        const string Name = "llmops_gateway_request_duration_seconds";
        string labels = Labels(series.Key);
        long sum = 0;
        long[] buckets = series.ByBucket();
        for (int bucket = 0; bucket < buckets.Length; bucket++)
        {
            string bound = bucket < RequestSeries.Bounds.Length ? Number(RequestSeries.Bounds[bucket]) : "+Inf";
            Sample(page, $"{Name}_bucket", $"{labels},le=\"{bound}\"", sum += buckets[bucket]);
        }
        Sample(page, $"{Name}_sum", labels, series.SumSeconds);
        Sample(page, $"{Name}_count", labels, sum);
    }

    private static void Family(StringBuilder page, string name, string type, string help) =>
        page.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Sample(StringBuilder page, string name, string labels, double value) =>
        page.Append(name).Append('{').Append(labels).Append("} ").Append(Number(value)).Append('\n');

    private static string Labels(SeriesKey key) =>
        $"model=\"{Escape(key.Model)}\",slot=\"{Escape(key.Slot)}\",version=\"{Escape(key.Version)}\"";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}

/// <summary>A pod as the metrics show it.</summary>
internal sealed record PodSeries(SeriesKey Key, string Name, bool ExpectedUp);
