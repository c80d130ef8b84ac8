using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>Shows the gate report of a release's newest attempt as Markdown.</summary>
public sealed class GetGateReport(GetRelease releases, EvidenceStore evidence)
{
    /// <summary>The report, or null when the release has none.</summary>
    public async Task<string?> Handle(string model, string version, CancellationToken cancellation) =>
        await releases.Handle(model, version, cancellation) is { } release
            ? (await evidence.ReadReport(release, cancellation))?.ToMarkdown()
            : null;
}
