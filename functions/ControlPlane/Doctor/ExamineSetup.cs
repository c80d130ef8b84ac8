namespace LlmOps.Doctor;

/// <summary>Says what the settings of a GitOps repository make of a rollback: what breaks it, what slows it, and how long it takes.</summary>
public static class ExamineSetup
{
    // What stands in no file of the repository. The probe is the control plane's setting ProbeTimeout; the rest is assumed.
    private const double HookSeconds = 1;
    private const double CommitSeconds = 3;

    /// <summary>Examines the files; <paramref name="probeSeconds"/> is how long the warm slot may be asked.</summary>
    public static Diagnosis Of(IReadOnlyList<SetupText> texts, double probeSeconds = 1)
    {
        Chart chart = new();
        IReadOnlyList<SetupDocument> documents = ReadSetup.Of(texts, chart);
        DetectChecks.Examine(documents, chart);
        RunbookChecks.Examine(documents, chart);
        GroupChecks.Examine(documents, chart);
        chart.Spend(RollbackStage.Hook, 0, HookSeconds, "posted, stored, enqueued (assumed; a cold start of the Functions app comes on top)");
        chart.Spend(RollbackStage.Decide, 0, probeSeconds, "the warm slot is asked for at most that long");
        chart.Spend(RollbackStage.Commit, 0, CommitSeconds, "one commit of two files (assumed)");
        FluxSourceChecks.Examine(documents, chart);
        FluxApplyChecks.Examine(documents, texts, chart);
        FluxEventChecks.Examine(documents, chart);
        WorkloadChecks.Examine(documents, chart);
        ModelChecks.Examine(Whole(texts), chart);
        return chart.Close();
    }

    // The same path in two folders: the first one given counts.
    private static Dictionary<string, string> Whole(IReadOnlyList<SetupText> texts) =>
        texts.GroupBy(text => text.Path, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First().Text, StringComparer.Ordinal);
}
