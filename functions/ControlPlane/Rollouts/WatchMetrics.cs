using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollouts;

/// <summary>Reads the metrics that a model's policy names, of the candidate and of the champion, into the rollout's record.</summary>
public sealed class WatchMetrics(ILiveTraffic traffic)
{
    /// <summary>The windows with what is counted now; a metric that one of the two does not show has none.</summary>
    public async Task<IReadOnlyDictionary<string, MetricWindow>?> Look(Release release, RolloutPolicy policy, CancellationToken cancellation)
    {
        if (policy.Metrics.Count == 0 || release.Champion is null)
        {
            return null;
        }
        Dictionary<string, IReadOnlyList<ServerCounter>> read = [];
        Dictionary<string, MetricWindow> windows = [];
        foreach (LiveMetric metric in policy.Metrics.Select(rule => rule.Measure!))
        {
            IReadOnlyList<ServerCounter> counters = await Read(metric.Family, metric.Label);
            IReadOnlyList<ServerCounter> answers = metric.PerToken ? await Read(LiveMetric.Answers, LiveMetric.Bound) : counters;
            Distribution? candidate = Of(metric, counters, answers, release.Slot!, release.Runs);
            Distribution? champion = Of(metric, counters, answers, Slots.Other(release.Slot!), release.Champion);
            if (release.Rollout!.Metrics?.GetValueOrDefault(metric.Name) is { } before)
            {
                windows[metric.Name] = before.Look(candidate, champion);
            }
            else if (candidate is not null && champion is not null)
            {
                windows[metric.Name] = MetricWindow.Begin(candidate, champion);
            }
        }
        return windows;

        async Task<IReadOnlyList<ServerCounter>> Read(string family, string label) =>
            read.TryGetValue(family, out IReadOnlyList<ServerCounter>? known) ? known
                : read[family] = await traffic.ReadServers(release.Model, family, label, cancellation);
    }

    private static Distribution? Of(
        LiveMetric metric, IReadOnlyList<ServerCounter> counters, IReadOnlyList<ServerCounter> answers, string slot, string version)
    {
        List<ServerCounter> own = [.. counters.Where(counter => counter.Slot == slot && counter.Version == version)];
        if (own.Count == 0)
        {
            return null;
        }
        if (metric.Kind == LiveMetricKind.Share)
        {
            return metric.Label == LiveMetric.Bound ? Below(own, metric.Hit) : Hits(own, metric.Hit);
        }
        double requests = answers.Where(counter => counter.Slot == slot && counter.Version == version && double.IsPositiveInfinity(Bound(counter)))
            .Sum(counter => counter.Value);
        return Buckets(own, requests);
    }

    // What ended by a fault or by the client's leaving says nothing about the answer.
    private static Distribution Hits(List<ServerCounter> own, string hit)
    {
        double hits = own.Where(counter => counter.Label == hit).Sum(counter => counter.Value);
        double others = own.Where(counter => counter.Label == "stop").Sum(counter => counter.Value);
        return new Distribution([0], [others, hits], others + hits);
    }

    private static Distribution Below(List<ServerCounter> own, string hit)
    {
        double all = own.Where(counter => double.IsPositiveInfinity(Bound(counter))).Sum(counter => counter.Value);
        double hits = own.Where(counter => Bound(counter) == double.Parse(hit, CultureInfo.InvariantCulture)).Sum(counter => counter.Value);
        return new Distribution([0], [all - hits, hits], all);
    }

    private static Distribution Buckets(List<ServerCounter> own, double requests)
    {
        List<ServerCounter> rising = [.. own.OrderBy(Bound)];
        List<double> bounds = [.. rising.Select(Bound).Where(double.IsFinite)];
        List<double> counts = [.. rising.Select((counter, i) => Math.Max(0, counter.Value - (i == 0 ? 0 : rising[i - 1].Value)))];
        return new Distribution(bounds, counts.Count == bounds.Count ? [.. counts, 0] : counts, requests);
    }

    private static double Bound(ServerCounter counter) => counter.Label == "+Inf" ? double.PositiveInfinity
        : double.TryParse(counter.Label, CultureInfo.InvariantCulture, out double bound) ? bound : double.NaN;
}
