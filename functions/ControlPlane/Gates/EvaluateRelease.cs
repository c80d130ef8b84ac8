using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>
/// Evaluating → Progressing or Refused: asks candidate and champion the same items in turn, a slice of time a message,
/// then judges. A refused version's slot is emptied; nothing of the route was ever touched.
/// </summary>
public sealed class EvaluateRelease(
    EvidenceStore evidence, AskInTurn ask, ReadPolicy policies, IGitHost git, ICluster cluster, EmptySlot emptySlot, ControlPlaneOptions options)
    : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Evaluating;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        (Evaluation Value, string ETag)? stored = await evidence.ReadEvaluation(release, cancellation);
        string revision = stored?.Value.PolicyRevision ?? await git.Head(options.Branch, cancellation);
        (ModelPolicy policy, GitFiles files) = await policies.At(release.Model, revision, cancellation);
        IReadOnlyList<Dataset> datasets = await ReadDatasets(release.Model, policy, files);
        Evaluation evaluation = stored?.Value ?? Evaluation.Begin(revision, datasets);

        int total = datasets.Sum(dataset => dataset.Items.Count);
        // When all was asked, the slots are not needed any more: a refused version's may be empty already.
        if (evaluation.Candidate.Count < total)
        {
            if (await Endpoints(release, cancellation) is not { } endpoints)
            {
                return new PhaseOutcome.Waits(release, $"waits for the slots of {release.Model} to be ready", options.Recheck);
            }
            Evaluation next = await ask.Continue(evaluation, datasets, release.Model, endpoints.Candidate, endpoints.Champion, cancellation);
            await evidence.SaveEvaluation(release, next, stored?.ETag, cancellation);
            return new PhaseOutcome.Waits(release, $"has asked {next.Candidate.Count} of {total} items", TimeSpan.Zero);
        }
        GateReport report = JudgeGates.Decide(release, policy, evaluation, datasets);
        await evidence.SaveReport(report, cancellation);
        return report.Outcome == Outcome.Pass ? Pass(release, report) : await Refuse(release, report, cancellation);
    }

    private static PhaseOutcome.Moved Pass(Release release, GateReport report) => new(
        release with { Phase = Phase.Progressing, Rollout = RolloutState.Start, Commit = null, Reason = null },
        new AuditFact($"{release.Id}/gates", "GatesPassed", release.Model, release.Version, report.Summary(), EvidenceStore.Digests(report)));

    private async Task<PhaseOutcome> Refuse(Release release, GateReport report, CancellationToken cancellation)
    {
        await emptySlot.Make(release, release.Slot!, release.Version, "it failed its gates", cancellation);
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Refused, Reason = report.Summary(), Closed = true },
            new AuditFact($"{release.Id}/gates", "GatesRefused", release.Model, release.Version, report.Summary(), EvidenceStore.Digests(report)));
    }

    private static async Task<IReadOnlyList<Dataset>> ReadDatasets(string model, ModelPolicy policy, GitFiles files)
    {
        List<Dataset> datasets = [];
        foreach ((string name, string relative) in policy.Datasets)
        {
            string path = $"apps/{model}/{relative}";
            datasets.Add(Dataset.Parse(name, path, await files.Read(path)));
        }
        return datasets;
    }

    private async Task<(Uri Candidate, Uri? Champion)?> Endpoints(Release release, CancellationToken cancellation)
    {
        if (await cluster.Slot(release.Model, release.Slot!, cancellation) is not { } candidate || !candidate.Serves(release.Digest))
        {
            return null;
        }
        if (release.Champion is null)
        {
            return (candidate.Endpoint, null);
        }
        SlotStatus? champion = await cluster.Slot(release.Model, Slots.Other(release.Slot!), cancellation);
        return champion is { ReadyReplicas: > 0 } ? (candidate.Endpoint, champion.Endpoint) : null;
    }
}
