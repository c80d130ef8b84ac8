namespace LlmOps.Doctor;

/// <summary>From the commit to the fetched revision: Flux' GitRepository, and the Receiver that makes it look at once.</summary>
internal static class FluxSourceChecks
{
    private const double IntervalLimit = 60;

    // A clone of a small repository; assumed.
    private const double Clone = 1;

    private static readonly string[] Signed = ["generic-hmac", "generic-oidc", "github", "gitlab", "bitbucket"];

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        List<SetupDocument> repositories = [.. documents.Where(document => document.Kind == SetupKinds.GitRepository)];
        if (repositories.Count == 0)
        {
            chart.Missing(RollbackStage.Fetch, Concern.Slows, "GitRepository", 0,
                "no Flux GitRepository is here: how soon a commit is fetched is not known, and not counted", "the template's clusters/production/flux.yaml");
            return;
        }
        Receivers(documents, repositories, chart);
        double slowest = repositories.Max(repository => Interval(repository.Root, chart));
        chart.Spend(RollbackStage.Fetch, Clone, Math.Max(Clone, slowest), $"a hint; the interval of {SpanText.Of(slowest)} when hints are lost");
    }

    private static double Interval(Place repository, Chart chart)
    {
        Place spec = repository.At("spec");
        if (spec.At("suspend").IsTrue)
        {
            chart.Add(RollbackStage.Fetch, Concern.Breaks, spec.At("suspend"), "GitRepository.spec.suspend", 0, "no commit is fetched, so no rollback either", "suspend: false");
        }
        if (!spec.At("interval").Exists)
        {
            chart.Add(RollbackStage.Fetch, Concern.Breaks, spec, "GitRepository.spec.interval", 0, "Flux refuses a GitRepository without it", "interval: 1m", "absent");
            return 0;
        }
        Timing interval = chart.Read(RollbackStage.Fetch, spec, "interval", 0, "none");
        chart.Above(IntervalLimit, RollbackStage.Fetch, interval with { Setting = "GitRepository.spec.interval" },
            "a commit whose hint is lost is not seen before", "interval: 1m or less");
        return interval.Seconds;
    }

    private static void Receivers(IReadOnlyList<SetupDocument> documents, List<SetupDocument> repositories, Chart chart)
    {
        List<Place> receivers = [.. documents.Where(document => document.Kind == SetupKinds.Receiver).Select(document => document.Root.At("spec"))];
        foreach (Place suspended in receivers.Where(receiver => receiver.At("suspend").IsTrue))
        {
            chart.Add(RollbackStage.Fetch, Concern.Slows, suspended.At("suspend"), "Receiver.spec.suspend", 0, "it answers 503, so our call is lost", "suspend: false");
        }
        foreach (Place open in receivers.Where(receiver => receiver.At("type").Text == "generic"))
        {
            chart.Add(RollbackStage.Fetch, Concern.Notes, open.At("type"), "Receiver.spec.type", 0, "whoever knows the path can call it", "generic-hmac or generic-oidc");
        }
        if (!receivers.Any(Hears))
        {
            Place repository = repositories[0].Root.At("spec", "interval");
            chart.Add(RollbackStage.Fetch, Concern.Slows, repository, "Receiver", SpanText.Seconds(repository.Text) ?? 0,
                "no Receiver of a GitRepository: where the annotation through the Kubernetes API is lost, the interval passes",
                "a Receiver of type generic-hmac or generic-oidc, called after each commit", "absent");
        }
    }

    private static bool Hears(Place receiver) => !receiver.At("suspend").IsTrue
        && (receiver.At("type").Text is "generic" || Signed.Contains(receiver.At("type").Text))
        && receiver.At("resources").Items.Any(resource => resource.At("kind").Text == "GitRepository");
}
