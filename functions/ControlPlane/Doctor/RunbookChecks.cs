namespace LlmOps.Doctor;

/// <summary>The link that an alert shows to whoever it wakes.</summary>
internal static class RunbookChecks
{
    // The template's, which nobody but the one who copies it can fill in.
    private const string Placeholder = "/OWNER/";

    public static void Examine(IReadOnlyList<SetupDocument> documents, Chart chart)
    {
        List<Place> open = [.. documents.Where(document => document.Kind == SetupKinds.Rules)
            .SelectMany(document => document.Root.At("groups").Items).SelectMany(group => group.At("rules").Items)
            .Select(rule => rule.At("annotations", "runbook_url")).Where(link => link.Text?.Contains(Placeholder, StringComparison.Ordinal) is true)];
        if (open.Count > 0)
        {
            chart.Add(RollbackStage.Detect, Concern.Notes, open[0], "runbook_url", 0,
                $"of {open.Count} alerts the link to what is to be done leads nowhere: OWNER stands for whose copy of the product it is", "the address of your copy's docs/operate.md");
        }
    }
}
