using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Reviews;

/// <summary>
/// Judges the versions that a change puts into slots by hand: by the evidence of their releases, under the gates of the base
/// branch, so that a gate weakened or deleted in the same change helps nothing.
/// </summary>
public sealed class JudgeShipped(RejudgeEvidence evidence, ReadPolicy policies)
{
    /// <summary>What is to be said of each, at a revision of the base branch.</summary>
    public async Task<IReadOnlyList<Finding>> Handle(string model, IReadOnlyList<ShippedVersion> versions, string baseRevision, CancellationToken cancellation)
    {
        List<Finding> findings = [];
        foreach (ShippedVersion version in versions)
        {
            findings.Add(await Judge(model, version, baseRevision, cancellation));
        }
        return findings;
    }

    private async Task<Finding> Judge(string model, ShippedVersion shipped, string baseRevision, CancellationToken cancellation)
    {
        string name = $"{model}@{MarkdownText.Inline(shipped.Runs.Version)}";
        string puts = $"puts {name} into the {shipped.Slot} slot by hand";
        ModelPolicy policy;
        try
        {
            (policy, GitFiles files) = await policies.At(model, baseRevision, cancellation);
            if ((await files.Quarantine()).Contains(shipped.Runs.Digest))
            {
                return Finding.Wrong($"{puts}: its digest is in quarantine");
            }
        }
        catch (ManifestException error)
        {
            return Finding.Wrong($"{puts}, and the base branch has no gates to judge it by: {MarkdownText.Inline(error.Message, 500)}");
        }
        if (await evidence.Release(model, shipped.Runs.Version, cancellation) is not { } release)
        {
            return Finding.Ask($"{puts}: no release of it is known, so nothing is known of it; upload it instead");
        }
        if (release.Digest != shipped.Runs.Digest)
        {
            return Finding.Wrong($"{puts} under another digest than that of its release, `{release.Digest}`");
        }
        return await evidence.Of(release, policy, baseRevision, cancellation) is { } judged
            ? new Finding(Conclude.From(judged.Report.Outcome), $"{puts}; under the gates of the base branch: {MarkdownText.Inline(judged.Report.Summary(), 1000)}")
            : Finding.Ask($"{puts}: it has not been evaluated");
    }
}
