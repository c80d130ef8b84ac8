using LlmOps.Audit;
using LlmOps.Gates;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>Shows a release's gate report where people look: as a check run on the commit that staged it.</summary>
public sealed class ShowVerdict(IGitReviews reviews, ReleaseStore store, EvidenceStore evidence, AuditLog audit, ControlPlaneOptions options)
{
    /// <summary>Puts the check run; again, it is the same.</summary>
    public async Task Handle(string model, string version, CancellationToken cancellation)
    {
        if (await store.Read(model, version, cancellation) is not var (release, _)
            || await evidence.ReadReport(release, cancellation) is not { } report || await StagingCommit(release, cancellation) is not { } sha)
        {
            return;
        }
        Uri? url = ReportUrl(options, model, version);
        string markdown = url is null ? report.ToMarkdown() : $"{report.ToMarkdown()}\n\n[The whole report]({url})\n";
        await reviews.PutCheckRun(
            new CheckRun(
                CheckNames.Of(model), sha, Conclude.From(report.Outcome), PlainText.OneLine($"{version}: {report.Summary()}", 250),
                ReviewText.Fit(markdown, url), CheckNames.ReferenceTo(release))
            {
                Details = url,
                Actions = report.Outcome == Outcome.Inconclusive ? Undecided : [],
            },
            cancellation);
    }

    /// <summary>Where a release's report is to be read, or null when no address is set.</summary>
    public static Uri? ReportUrl(ControlPlaneOptions options, string model, string version) =>
        options.PublicUrl is { } url ? new Uri(url, $"/api/releases/{model}/{version}/report") : null;

    private static IReadOnlyList<CheckAction> Undecided { get; } =
        [new("Approve", "Give it its traffic all the same", "approve"), new("Reject", "Refuse it, and empty its slot", "reject")];

    private async Task<string?> StagingCommit(Release release, CancellationToken cancellation) =>
        (await audit.Read(0, cancellation)).FirstOrDefault(entry => entry.Id == $"{release.Key}/Staging")?.Evidence.GetValueOrDefault("commit");
}
