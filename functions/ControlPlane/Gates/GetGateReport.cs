namespace LlmOps.Gates;

/// <summary>Shows a release's gate report as Markdown.</summary>
public sealed class GetGateReport(EvidenceStore evidence)
{
    /// <summary>The report, or null when the release has none.</summary>
    public async Task<string?> Handle(string model, string version, CancellationToken cancellation) =>
        (await evidence.ReadReport(model, version, cancellation))?.ToMarkdown();
}
