using System.Text.RegularExpressions;

namespace LlmOps.Doctor;

/// <summary>From the fault to the firing alert: how often Prometheus scrapes, evaluates, and how long its rules wait.</summary>
internal static partial class DetectChecks
{
    // Seconds above which an interval is worth a word: a scrape every 15 s is what most examples ship with.
    private const double ScrapeLimit = 15;
    private const double EvaluationLimit = 15;
    private const double ForLimit = 30;
    private const double WindowLimit = 60;

    // Prometheus' documentation, configuration: `scrape_interval` and `evaluation_interval`, default = 1m.
    private const double Default = 60;

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        List<SetupDocument> servers = [.. documents.Where(document => document.Kind == SetupKinds.Prometheus)];
        if (servers.Count == 0)
        {
            chart.Missing(RollbackStage.Detect, Concern.Slows, "prometheus.yaml", Default,
                "no Prometheus configuration is here: counted with its defaults of 1m", "examine its folder too: --gitops FOLDER --gitops MONITORING");
        }
        double scrape = servers.Select(server => Scrape(server.Root, chart)).DefaultIfEmpty(Default).Max();
        double evaluation = servers.Select(server => Evaluation(server.Root, chart)).DefaultIfEmpty(Default).Max();
        List<Wait> waits = [.. documents.Where(document => document.Kind == SetupKinds.Rules)
            .SelectMany(document => document.Root.At("groups").Items).SelectMany(group => Waits(group, scrape, evaluation, chart))];
        if (waits.Count == 0)
        {
            chart.Missing(RollbackStage.Detect, Concern.Breaks, "groups[].rules[].alert", 0,
                "no alert with a label `model` is here: nothing tells which release to roll back", "the template's monitoring/rules.yaml");
            return;
        }
        Wait slowest = waits.MaxBy(wait => wait.Worst)!;
        chart.Spend(RollbackStage.Detect, waits.Min(wait => wait.Best), slowest.Worst, $"slowest {slowest.Alert}: {slowest.Of}");
    }

    private static double Scrape(Place server, Chart chart)
    {
        Timing global = chart.Read(RollbackStage.Detect, server.At("global"), "scrape_interval", Default, "1m");
        List<Timing> jobs = [.. server.At("scrape_configs").Items
            .Select(job => job.At("scrape_interval").Exists ? chart.Read(RollbackStage.Detect, job, "scrape_interval", Default, "1m") : global)
            .DefaultIfEmpty(global).Distinct()];
        foreach (Timing job in jobs)
        {
            chart.Above(ScrapeLimit, RollbackStage.Detect, job, "a fault is not seen before the next scrape", "5s or less for the gateway and the servers");
        }
        return jobs.Max(job => job.Seconds);
    }

    private static double Evaluation(Place server, Chart chart)
    {
        Timing evaluation = chart.Read(RollbackStage.Detect, server.At("global"), "evaluation_interval", Default, "1m");
        chart.Above(EvaluationLimit, RollbackStage.Detect, evaluation, "a rule does not see what was scraped before it is evaluated", "5s or less");
        return evaluation.Seconds;
    }

    private static IEnumerable<Wait> Waits(Place group, double scrape, double evaluation, Chart chart)
    {
        List<Place> alerts = [.. group.At("rules").Items.Where(rule => rule.At("alert").Text is not null)];
        if (alerts.Count > 0 && !alerts.Any(IsOurs))
        {
            yield break;   // for people; a group of records alone counts, since our alerts may ask for them
        }
        double every = evaluation;
        if (group.At("interval").Exists)
        {
            Timing interval = chart.Read(RollbackStage.Detect, group, "interval", evaluation, "evaluation_interval");
            chart.Above(EvaluationLimit, RollbackStage.Detect, interval, "the group's rules are evaluated no more often", "5s or less");
            every = interval.Seconds;
        }
        foreach (Place rule in alerts.Where(IsOurs))
        {
            yield return Of(rule, scrape, Math.Max(every, 0.001), chart);
        }
    }

    // A pending alert fires at the first evaluation at which its `for` has passed.
    private static Wait Of(Place rule, double scrape, double every, Chart chart)
    {
        Timing pending = chart.Read(RollbackStage.Detect, rule, "for", 0, "0s");
        chart.Above(ForLimit, RollbackStage.Detect, pending, "the alert is held back that long", "10s or less: a rollback is cheap, waiting is not");
        double window = Ranges().Matches(rule.At("expr").Text ?? "").Select(range => SpanText.Seconds(range.Groups[1].Value) ?? 0).DefaultIfEmpty(0).Max();
        if (window > WindowLimit)
        {
            chart.Add(RollbackStage.Detect, Concern.Slows, rule.At("expr"), "expr", window,
                "a fault must fill a part of the range before the rule sees it", "a range of 30s or less, with a minimum of requests", $"[{SpanText.Of(window)}]");
        }
        double held = Math.Ceiling(pending.Seconds / every) * every;
        return new Wait(rule.At("alert").Text!, held, scrape + every + held + window,
            $"scrape {SpanText.Of(scrape)}, evaluation {SpanText.Of(every)}, for {SpanText.Of(held)}, range {SpanText.Of(window)}");
    }

    // An alert with the label `rollback: "false"` is for people: the route to our hook leaves it out.
    private static bool IsOurs(Place rule) => rule.At("labels", "rollback").Text != "false"
        && ((rule.At("expr").Text ?? "").Contains("model", StringComparison.Ordinal) || rule.At("labels", "model").Exists);

    [GeneratedRegex(@"\[([0-9a-z.]+)(?::[^\]]*)?\]")]
    private static partial Regex Ranges();

    private sealed record Wait(string Alert, double Best, double Worst, string Of);
}
