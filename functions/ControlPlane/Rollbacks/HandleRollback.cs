using System.Text.Json;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Rollbacks;

/// <summary>Carries out what stands in the rollback queue.</summary>
public sealed class HandleRollback(ReleaseStore store, AnswerMessage answer, RollBackRelease rollBack, ReadFreeze freeze, Escalate escalate)
{
    /// <summary>Handles a message; called again with the same message, it changes nothing more.</summary>
    public async Task Handle(string body, CancellationToken cancellation)
    {
        Urgency.Mark();
        RollbackOrder order = JsonSerializer.Deserialize<RollbackOrder>(body, Wire.Json) ?? throw new InvalidDataException("an empty rollback order");
        switch (order.Kind)
        {
            case RollbackOrder.Alerts:
                await answer.Handle(order, cancellation);
                break;
            case RollbackOrder.Step or RollbackOrder.Manual:
                await RollBack(order, cancellation);
                break;
            default:
                throw new InvalidDataException($"'{order.Kind}' is not a kind of rollback order");
        }
    }

    private async Task RollBack(RollbackOrder order, CancellationToken cancellation)
    {
        if (await store.Read(order.Model!, order.Version!, cancellation) is not var (release, _)
            || release.Attempt != order.Attempt
            || (release.Phase != Phase.RolledBack && !Blame.HasTraffic(release)))
        {
            return;
        }
        string? frozen = order.Kind == RollbackOrder.Step ? await freeze.OfRollbacks(release.Model, release, cancellation) : null;
        if (frozen is not null)
        {
            await escalate.Refused(order, release, frozen, cancellation);
            return;
        }
        ChangeOutcome outcome = await rollBack.Handle(release, new RevertCause(order.Reason!, order.By), order.ReceivedAt, cancellation);
        if (outcome.Refusal is { } refusal)
        {
            await escalate.Refused(order, release, refusal, cancellation);
        }
    }
}
