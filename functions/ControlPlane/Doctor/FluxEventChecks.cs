namespace LlmOps.Doctor;

/// <summary>From the applied revision back to us: Flux' Provider and Alert, which wake what waits for the cluster.</summary>
internal static class FluxEventChecks
{
    private const string Hook = "/hooks/flux";

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        if (!documents.Any(document => document.Kind == SetupKinds.Kustomization))
        {
            return;
        }
        List<SetupDocument> providers = [.. documents.Where(document => document.Kind == SetupKinds.Provider && IsOurs(document.Root))];
        foreach (SetupDocument open in providers.Where(provider => provider.Root.At("spec", "type").Text != "generic-hmac"))
        {
            chart.Add(RollbackStage.Apply, Concern.Notes, open.Root.At("spec", "type"), "Provider.spec.type", 0,
                "our hook answers 401 to events without a signature: steps are then noticed by looking", "type: generic-hmac");
        }
        List<Place> alerts = [.. documents.Where(document => document.Kind == SetupKinds.Alert).Select(document => document.Root.At("spec"))
            .Where(alert => providers.Any(provider => provider.Name == alert.At("providerRef", "name").Text))];
        foreach (Place deaf in alerts.Where(alert => alert.At("suspend").IsTrue || alert.At("eventSeverity").Text == "error"))
        {
            chart.Add(RollbackStage.Apply, Concern.Notes, deaf.At("suspend").IsTrue ? deaf.At("suspend") : deaf.At("eventSeverity"), "Alert.spec", 0,
                "the event of an applied revision is not sent", "eventSeverity: info, not suspended");
        }
        if (alerts.Count == 0)
        {
            chart.Missing(RollbackStage.Apply, Concern.Notes, "Provider and Alert", 0,
                "no Alert with a Provider of our hook: that a revision was applied is noticed by looking, not told", "the template's clusters/production/flux.yaml");
        }
    }

    private static bool IsOurs(Place provider) => provider.At("spec", "address").Text is { } address
        ? address.TrimEnd('/').EndsWith(Hook, StringComparison.Ordinal)
        : provider.At("spec", "secretRef").Exists && (provider.At("spec", "type").Text ?? "").StartsWith("generic", StringComparison.Ordinal);
}
