using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Carries a rollback out: the revert in Git first, then the cluster's hint, the log, the aliases and the release's record.</summary>
public sealed class RollBackRelease(
    RevertInTime revert, ICluster cluster, RollbackLog audit, RecordRollback record, QuarantineDebt debt)
{
    /// <summary>Rolls a release back once; the refusal says why it could not be, and then nothing was changed.</summary>
    public async Task<ChangeOutcome> Handle(Release release, RevertCause cause, DateTimeOffset receivedAt, CancellationToken cancellation)
    {
        ChangeOutcome outcome = await revert.Make(release, cause, receivedAt, cancellation);
        if (outcome.Sha is not { } sha)
        {
            return outcome;
        }
        await Hint(cancellation);
        await audit.Append(Fact(release, cause, outcome, receivedAt), cancellation);
        await record.Handle(release, sha, cause, cancellation);
        await debt.Tell(release, sha, cancellation);
        return outcome;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The hint may be lost; the record of what stands in Git may not.")]
    private async Task Hint(CancellationToken cancellation)
    {
        try
        {
            await cluster.RequestReconcile(cancellation);
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
        }
    }

    private static AuditFact Fact(Release release, RevertCause cause, ChangeOutcome outcome, DateTimeOffset receivedAt)
    {
        Dictionary<string, string> evidence = new()
        {
            ["commit"] = outcome.Sha!,
            ["digest"] = release.Digest,
            ["receivedAt"] = receivedAt.ToString("O", CultureInfo.InvariantCulture),
            ["committedAt"] = outcome.At.ToString("O", CultureInfo.InvariantCulture),
            ["by"] = cause.By,
        };
        if (cause.Alert is { } alert)
        {
            evidence["alert"] = alert;
        }
        // A commit that is found again has Git's time, which counts whole seconds.
        string seconds = Math.Max(0, (outcome.At - receivedAt).TotalSeconds).ToString("F2", CultureInfo.InvariantCulture);
        return new AuditFact(
            $"{release.Key}/RolledBack", "RolledBack", release.Model, release.Version,
            $"reverted in Git to {release.Champion} {seconds} s after the cause arrived: {cause.Reason}", evidence);
    }
}

/// <summary>Writes a rollback that stands in Git, or (without a commit) is owed to it, into the registry and the release's record.</summary>
public sealed class RecordRollback(ModelRegistry registry, ReleaseStore store, IMessageBus bus, TimeProvider clock)
{
    public async Task Handle(Release release, string? sha, RevertCause cause, CancellationToken cancellation)
    {
        await registry.MoveAliases(release.Model, model => Targets(model, release), cause.By, cause.Reason, $"{release.Key}{Aliases.RolledBackKey}", cancellation);
        await Save(release, sha, cause, cancellation);
    }

    private static Dictionary<string, string?> Targets(RegisteredModel model, Release release)
    {
        Dictionary<string, string?> targets = new() { [Aliases.Candidate] = null };
        if (model.Aliases.GetValueOrDefault(Aliases.Champion) == release.Version)
        {
            targets[Aliases.Champion] = release.Champion;
            targets[Aliases.Previous] = null;
        }
        return targets;
    }

    private async Task Save(Release release, string? sha, RevertCause cause, CancellationToken cancellation)
    {
        while (await store.Read(release.Model, release.Version, cancellation) is var (current, etag))
        {
            DateTimeOffset now = clock.GetUtcNow();
            Release next = current.Phase == Phase.RolledBack ? current : current with
            {
                Phase = Phase.RolledBack,
                PhaseSince = now,
                Commit = sha ?? current.Commit,
                Reason = cause.Reason,
                RolledBackFor = cause.Reason,
                Closed = false,
                Tick = current.Tick + 1,
                NextLookAt = now,
            };
            if (next == current || await store.Save(next, etag, cancellation))
            {
                await bus.Send(new WorkItem(WorkItem.Advance, next.Model, next.Version, next.Tick).ToMessage(), cancellation);
                return;
            }
        }
    }
}
