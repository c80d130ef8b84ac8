using LlmOps.Audit;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Gates;

/// <summary>
/// Evaluating → Progressing, Refused, or AwaitingApproval when its gates cannot tell: asks candidate and champion the same items in turn, a slice of time a message,
/// then judges. A refused version's slot is emptied; nothing of the route was ever touched.
/// </summary>
public sealed class EvaluateRelease(
    EvidenceStore evidence, AskInTurn ask, ReadPolicy policies, IGitHost git, ICluster cluster, EmptySlot emptySlot, ControlPlaneOptions options,
    TimeProvider clock)
    : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Evaluating;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        (Evaluation Value, string ETag)? stored = await evidence.ReadEvaluation(release, cancellation);
        string revision = stored?.Value.PolicyRevision ?? await git.Head(options.Branch, cancellation);
        (ModelPolicy policy, GitFiles files) = await policies.At(release.Model, revision, cancellation);
        TestSuite suite = await ReadSuite(release.Model, policy, files);
        IReadOnlyList<Dataset> datasets = suite.Datasets;
        Evaluation evaluation = stored?.Value ?? Evaluation.Begin(revision, datasets);

        Questions questions = Questions.Of(datasets, policy);
        int total = questions.Count;
        if (evaluation.Candidate.Count < total)
        {
            if (await Endpoints(release, files, questions.Cache, cancellation) is not { } sides)
            {
                return await AwaitSlots(release, policy, "its slot or the champion's is not ready", cancellation);
            }
            (Evaluation next, string? foreign) = await ask.Continue(evaluation, questions, sides, options.EvaluationSlice, cancellation);
            await evidence.SaveEvaluation(release, next, stored?.ETag, cancellation);
            return foreign is null
                ? new PhaseOutcome.Waits(release, $"has asked {next.Candidate.Count} of {total} items", TimeSpan.Zero)
                : await AwaitSlots(release, policy, $"{foreign} answers in a slot that does not run it", cancellation);
        }
        GateSubject subject = new(release.Model, release.Version, release.Digest, release.Champion);
        GateReport report = JudgeGates.Decide(subject, policy, evaluation, datasets) with
        {
            Warnings = suite.Warnings,
            Ignored = suite.Ignored,
            Cost = TokenCost.Of(options.NodeHourPrice, options.Currency, MeasureSpeed.TokensPerSecond(evaluation.Candidate)),
        };
        release = release with { Cost = report.Cost };
        await evidence.SaveReport(release, report, cancellation);
        return GateRuling.Decide(release, report, policy.Approval) switch
        {
            GateRuling.GoOn => Pass(release, report),
            GateRuling.Ask ask => Hold(release, report, ask.Why),
            GateRuling.Refuse refuse => await Refuse(release, report, refuse.Why, cancellation),
            var unknown => throw new InvalidOperationException($"{unknown} is no ruling"),
        };
    }

    private async Task<PhaseOutcome> AwaitSlots(Release release, ModelPolicy policy, string trouble, CancellationToken cancellation)
    {
        if (clock.GetUtcNow() - release.PhaseSince <= policy.StagingDeadline)
        {
            return new PhaseOutcome.Waits(release, $"waits for the slots of {release.Model} to be ready: {trouble}", options.Recheck);
        }
        IReadOnlyList<ClusterEvent> events = await cluster.RecentEvents(release.Model, release.Slot!, cancellation);
        string why = $"{trouble}, {policy.StagingDeadline} into the evaluation: "
            + string.Join("; ", events.Take(3).Select(e => $"{e.Reason}: {e.Message}"));
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Stalled, Reason = why, Closed = true },
            new AuditFact($"{release.Key}/Stalled", "Stalled", release.Model, release.Version, why));
    }

    private static PhaseOutcome.Moved Pass(Release release, GateReport report) => new(
        release with { Phase = Phase.Progressing, Rollout = RolloutState.Start, Commit = null, Reason = null },
        new AuditFact($"{release.Key}/gates", "GatesPassed", release.Model, release.Version, report.Summary(), EvidenceStore.Digests(report)));

    // Its slot keeps running without traffic, until a person decides or a newer version of the model takes its place.
    private static PhaseOutcome.Moved Hold(Release release, GateReport report, string why) => new(
        release with { Phase = Phase.AwaitingApproval, Reason = why },
        new AuditFact($"{release.Key}/gates", report.Outcome == Outcome.Pass ? "ApprovalAsked" : "GatesInconclusive", release.Model, release.Version,
            report.Outcome == Outcome.Pass ? $"{report.Summary()}; {why}" : report.Summary(), EvidenceStore.Digests(report)));

    private async Task<PhaseOutcome> Refuse(Release release, GateReport report, string why, CancellationToken cancellation)
    {
        if (await emptySlot.Make(release, release.Slot!, release.Runs, "it failed its gates", cancellation) is { Sha: null } waiting)
        {
            return PhaseOutcome.Waits.Until(release, waiting);
        }
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Refused, Reason = why, Closed = true },
            new AuditFact($"{release.Key}/gates", "GatesRefused", release.Model, release.Version, why, EvidenceStore.Digests(report)));
    }

    internal static async Task<TestSuite> ReadSuite(string model, ModelPolicy policy, GitFiles files)
    {
        string path = Slots.PolicyPath(model);
        return await TestSuite.Read(path, await files.Read(path), policy, relative => files.Read($"apps/{model}/{relative}"));
    }

    private async Task<Sides?> Endpoints(Release release, GitFiles files, bool cache, CancellationToken cancellation)
    {
        if (await cluster.Slot(release.Model, release.Slot!, cancellation) is not { } candidate || !candidate.Serves(release.Digest))
        {
            return null;
        }
        // What a slot answers depends on its version and on its settings.
        async Task<string?> Key(string slot, string digest) => cache
            ? $"{digest}.{SlotSettings.Digest(await files.Dialect(release.Model), await files.SlotFile(release.Model, slot))}"
            : null;
        Side asked = new(candidate.Endpoint, release.Runs, await Key(release.Slot!, release.Digest));
        if (release.Champion is null)
        {
            return new Sides(release.Model, asked, null);
        }
        SlotStatus? champion = await cluster.Slot(release.Model, Slots.Other(release.Slot!), cancellation);
        return champion is { ReadyReplicas: > 0 } && champion.Version == release.Champion
            ? new Sides(release.Model, asked, new Side(champion.Endpoint, release.Champion, await Key(Slots.Other(release.Slot!), champion.Digest)))
            : null;
    }
}
