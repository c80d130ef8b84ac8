namespace LlmOps.Doctor;

/// <summary>From the firing alert to the POST: Alertmanager's routes, groups and waits.</summary>
internal static class GroupChecks
{
    // Alertmanager's documentation, configuration, <route>: 30s, 5m and 4h by default.
    private const double WaitDefault = 30;
    private const double IntervalDefault = 300;
    private const double RepeatDefault = 4 * 3600;

    private const double WaitLimit = 10;
    private const double IntervalLimit = 60;

    // A delivery is given up when the group's interval ends; a hook that wakes up needs a few seconds.
    private const double IntervalFloor = 5;

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        List<Time> times = [];
        foreach (SetupDocument document in documents.Where(document => document.Kind == SetupKinds.Alertmanager))
        {
            HashSet<string> ours = [.. HookChecks.Ours(document.Root, chart)];
            List<AlertRoute> routes = [.. AlertRoutes.To(ours, document.Root.At("route"))];
            if (ours.Count > 0 && routes.Count == 0)
            {
                chart.Add(RollbackStage.Group, Concern.Breaks, document.Root.At("route"), "route.receiver", 0,
                    "no route leads to the receiver of our hook", $"receiver: {ours.Order(StringComparer.Ordinal).First()}");
            }
            // A route that is never reached harms nobody where another one leads to the hook.
            List<AlertRoute> reached = routes.Any(route => route.Shadow is null) ? [.. routes.Where(route => route.Shadow is null)] : routes;
            times.AddRange(reached.Select(route => Of(route, chart)));
        }
        if (times.Count == 0)
        {
            chart.Missing(RollbackStage.Hook, Concern.Breaks, "receivers[].webhook_configs[].url", 0,
                "no Alertmanager configuration posts alerts to our hook", "the template's monitoring/alertmanager.yaml, with …/hooks/alertmanager");
            return;
        }
        Time slowest = times.MaxBy(time => time.Worst)!;
        chart.Spend(RollbackStage.Group, times.Min(time => time.Best), slowest.Worst, slowest.Of);
    }

    private static Time Of(AlertRoute route, Chart chart)
    {
        Silences(route, chart);
        Timing wait = Read(route, "group_wait", WaitDefault, "30s", chart);
        Timing interval = Read(route, "group_interval", IntervalDefault, "5m", chart);
        Timing repeat = Read(route, "repeat_interval", RepeatDefault, "4h", chart);
        chart.Above(WaitLimit, RollbackStage.Group, wait, "the first alert of a group is held back that long", "group_wait: 0s; the rules have waited already");
        chart.Above(RepeatDefault, RollbackStage.Group, repeat, "a delivery that was lost comes again only then", "repeat_interval: 1h");
        if (interval.Seconds < IntervalFloor)
        {
            chart.Add(RollbackStage.Group, Concern.Slows, interval.Place, "group_interval", repeat.Seconds,
                "a delivery is given up after it: a hook that wakes up is too slow", "group_interval: 10s", interval.Shown);
        }
        bool apart = GroupsByRelease(route.Holder("group_by").At("group_by"));
        if (!apart)
        {
            chart.Add(RollbackStage.Group, Concern.Slows, route.Holder("group_by").At("group_by"), "group_by", interval.Seconds,
                "alerts of several releases share a group: the second one waits for group_interval", "group_by: [alertname, model, slot, version]",
                string.Join(", ", route.Holder("group_by").At("group_by").Items.Select(label => label.Text)) is { Length: > 0 } labels ? labels : "absent (one group for all)");
        }
        chart.Above(IntervalLimit, RollbackStage.Group, interval, "an alert that joins a group, or a delivery that failed, waits that long", "group_interval: 10s");
        double worst = apart ? wait.Seconds : Math.Max(wait.Seconds, interval.Seconds);
        return new Time(wait.Seconds, worst, apart
            ? $"group_wait {SpanText.Of(wait.Seconds)}"
            : $"group_wait {SpanText.Of(wait.Seconds)}, or group_interval {SpanText.Of(interval.Seconds)} in a group that is known");
    }

    private static Timing Read(AlertRoute route, string key, double fallback, string byDefault, Chart chart) =>
        chart.Read(RollbackStage.Group, route.Holder(key), key, fallback, byDefault);

    private static bool GroupsByRelease(Place groupBy)
    {
        HashSet<string?> labels = [.. groupBy.Items.Select(label => label.Text)];
        return labels.Contains("...") || (labels.Contains("model") && labels.Contains("version"));
    }

    private static void Silences(AlertRoute route, Chart chart)
    {
        if (route.Shadow is { } shadow)
        {
            chart.Add(RollbackStage.Group, Concern.Breaks, shadow, "routes[].matchers", 0,
                "this route takes every alert before the one to our hook", "continue: true, or matchers", "absent");
        }
        foreach (string key in (string[])["mute_time_intervals", "active_time_intervals"])
        {
            if (route.Path.LastOrDefault(part => part.At(key).Items.Any()) is { } muted)
            {
                chart.Add(RollbackStage.Group, Concern.Breaks, muted.At(key), key, 0, "at these times nothing is rolled back", "leave it out on the way to our hook");
            }
        }
    }

    private sealed record Time(double Best, double Worst, string Of);
}
