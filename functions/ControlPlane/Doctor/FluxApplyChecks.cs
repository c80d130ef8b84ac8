namespace LlmOps.Doctor;

/// <summary>From the fetched revision to the applied one: Flux' Kustomizations.</summary>
internal static class FluxApplyChecks
{
    private const double RetryLimit = 60;

    // Building and applying a few dozen objects; assumed.
    private const double Apply = 5;

    // kustomize-controller, api/v1, GetTimeout(): the interval less 30 s, at least 30 s.
    private const double TimeoutLess = 30;

    // kustomize-controller's feature gate, off by default: a new revision ends the wait for the one before.
    private const string Cancels = "CancelHealthCheckOnNewRevision=true";

    public static void Examine(IReadOnlyList<SetupDocument> documents, IReadOnlyList<SetupText> texts, Chart chart)
    {
        IReadOnlyList<SetupDocument> kustomizations = FluxPaths.OfRoutes([.. documents.Where(document => document.Kind == SetupKinds.Kustomization)], texts);
        if (kustomizations.Count == 0)
        {
            chart.Missing(RollbackStage.Apply, Concern.Slows, "Kustomization", 0,
                "no Flux Kustomization is here: how soon a revision is applied is not known, and not counted", "the template's clusters/production/flux.yaml");
            return;
        }
        bool cancels = texts.Any(text => text.Text.Contains(Cancels, StringComparison.Ordinal));
        double longest = kustomizations.Max(kustomization => Wait(kustomization, cancels, chart));
        chart.Spend(RollbackStage.Apply, 1, Apply + longest,
            longest == 0 ? "building and applying (assumed)" : $"building and applying (assumed), after {SpanText.Of(longest)} of waiting for the bad version's health");
    }

    private static double Wait(SetupDocument kustomization, bool cancels, Chart chart)
    {
        Place spec = kustomization.Root.At("spec");
        if (spec.At("suspend").IsTrue)
        {
            chart.Add(RollbackStage.Apply, Concern.Breaks, spec.At("suspend"), "Kustomization.spec.suspend", 0, "no revision is applied, so no rollback either", "suspend: false");
        }
        Timing interval = chart.Read(RollbackStage.Apply, spec, "interval", 600, "none");
        Timing retry = chart.Read(RollbackStage.Apply, spec, "retryInterval", interval.Seconds, $"spec.interval, {SpanText.Of(interval.Seconds)},");
        chart.Above(RetryLimit, RollbackStage.Apply, retry with { Setting = "Kustomization.spec.retryInterval" },
            "after an apply that failed nothing is tried before", "retryInterval: 30s");
        if (spec.At("dependsOn").Items.Any())
        {
            chart.Add(RollbackStage.Apply, Concern.Slows, spec.At("dependsOn"), "Kustomization.spec.dependsOn", 0,
                "it is applied only while what it depends on is ready", "no dependencies for the Kustomization that holds the routes");
        }
        return cancels ? 0 : Health(spec, interval.Seconds, chart);
    }

    private static double Health(Place spec, double interval, Chart chart)
    {
        Place waits = spec.At("wait").IsTrue ? spec.At("wait") : spec.At("healthChecks");
        if (!waits.IsTrue && !waits.Items.Any())
        {
            return 0;
        }
        double timeout = Math.Max(30, chart.Read(RollbackStage.Apply, spec, "timeout", interval - TimeoutLess, "interval − 30s").Seconds);
        chart.Add(RollbackStage.Apply, Concern.Slows, waits, waits.IsTrue ? "Kustomization.spec.wait" : "Kustomization.spec.healthChecks", timeout,
            "while a bad version does not get ready, the controller waits for it before it applies the rollback",
            $"wait: false, or the controller's feature gate {Cancels}");
        return timeout;
    }
}
