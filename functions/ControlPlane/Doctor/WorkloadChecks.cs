using System.Globalization;

namespace LlmOps.Doctor;

/// <summary>The slots' Deployments and the routes: how soon a server that fails is left out, and whether a hanging one is noticed.</summary>
internal static class WorkloadChecks
{
    // Kubernetes' defaults of a probe: every 10 s, three failures; 30 s to end.
    private const int PeriodDefault = 10;
    private const int FailuresDefault = 3;
    private const int GraceDefault = 30;

    private const double UnreadyLimit = 10;

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        foreach (SetupDocument deployment in documents.Where(document => document.Kind == SetupKinds.Deployment && IsApp(document)))
        {
            Place pod = deployment.Root.At("spec", "template", "spec");
            foreach (Place container in pod.At("containers").Items)
            {
                Readiness(container, chart);
                Ending(pod, container, chart);
            }
        }
        foreach (SetupDocument route in documents.Where(document => document.Kind == SetupKinds.HttpRoute && IsApp(document)))
        {
            Timeouts(route.Root, chart);
        }
        // The gateways' own controllers take a second at most; assumed.
        chart.Spend(RollbackStage.Route, 0, 1, "the gateway takes the weights over (assumed)");
    }

    private static bool IsApp(SetupDocument document) => document.Root.File.StartsWith("apps/", StringComparison.Ordinal);

    private static void Readiness(Place container, Chart chart)
    {
        Place probe = container.At("readinessProbe");
        if (!probe.Exists)
        {
            chart.Add(RollbackStage.Route, Concern.Slows, container, "readinessProbe", 0,
                "a pod counts as ready before its model is loaded, and stays so when it fails", "readinessProbe: /health/ready every second", "absent");
            return;
        }
        double seconds = Number(probe.At("periodSeconds"), PeriodDefault) * Number(probe.At("failureThreshold"), FailuresDefault);
        if (seconds > UnreadyLimit)
        {
            chart.Add(RollbackStage.Route, Concern.Slows, probe, "readinessProbe", seconds,
                "a server that fails gets requests that long, in the warm slot too", "periodSeconds: 1, failureThreshold: 2",
                string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s of failures (10 s × 3 by default)"));
        }
    }

    private static void Ending(Place pod, Place container, Chart chart)
    {
        Place sleep = container.At("lifecycle", "preStop", "sleep", "seconds");
        Place grace = pod.At("terminationGracePeriodSeconds");
        if (Number(sleep, 0) >= Number(grace, GraceDefault))
        {
            chart.Add(RollbackStage.Route, Concern.Slows, sleep, "preStop.sleep.seconds", Number(sleep, 0),
                $"it uses up terminationGracePeriodSeconds ({Number(grace, GraceDefault)}): answers under way are cut when the slot is emptied",
                "a preStop of a second or two, a grace above the route's time-out");
        }
    }

    private static void Timeouts(Place route, Chart chart)
    {
        foreach (Place rule in route.At("spec", "rules").Items.Where(rule => !rule.At("timeouts", "request").Exists))
        {
            chart.Add(RollbackStage.Route, Concern.Slows, rule, "timeouts.request", 0,
                "a version that hangs answers nothing, not even 504: no alert sees it", "timeouts: { request: 30s }", "absent");
        }
    }

    private static int Number(Place place, int fallback) =>
        int.TryParse(place.Text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : fallback;
}
