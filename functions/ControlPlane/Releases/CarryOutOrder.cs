using LlmOps.Audit;

namespace LlmOps.Releases;

/// <summary>
/// Carries a person's order out once: what it makes of the release is saved together with the order, by compare-and-swap,
/// and logged after that, so that what the log says did happen. Called again, it logs what it finds done.
/// </summary>
public sealed class CarryOutOrder(ReleaseStore store, IEnumerable<IReleaseVerb> verbs, ReadOrderFacts facts, AuditLog audit, TimeProvider clock)
{
    public async Task Handle(string model, string version, ReleaseOrder order, CancellationToken cancellation)
    {
        IReleaseVerb verb = verbs.Single(known => known.Name == order.Verb);
        while (await store.Read(model, version, cancellation) is var (release, etag))
        {
            if (release.Untold is { } untold)
            {
                await audit.Append(untold, cancellation);
            }
            if (release.Orders.FirstOrDefault(done => done.Order.Key == order.Key) is { } done)
            {
                await audit.Append(done.ToFact(release), cancellation);
                return;
            }
            OrderFacts known = await facts.Handle(release, cancellation);
            OrderDecision decision = order.Attempt is { } attempt && attempt != release.Attempt
                ? new OrderDecision.Refuse($"it was meant for attempt {attempt}")
                : verb.Obstacle(release, known) is { } obstacle
                ? new OrderDecision.Refuse(obstacle)
                : verb.Decide(release, order, known);
            if (decision is not OrderDecision.Accept accepted)
            {
                await audit.Append(OrderDone.Refused(release, order, ((OrderDecision.Refuse)decision).Why), cancellation);
                return;
            }
            await store.Save(Stamp(release, accepted, order), etag, cancellation);
        }
    }

    // A look that was scheduled before the order is stale: the order is followed by a look of its own.
    private Release Stamp(Release before, OrderDecision.Accept accepted, ReleaseOrder order)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return accepted.Next with
        {
            Orders = [.. before.Orders, new OrderDone(order, accepted.Fact, accepted.Text, accepted.Next.Attempt)],
            PhaseSince = accepted.Next.Phase == before.Phase ? accepted.Next.PhaseSince : now,
            Tick = before.Tick + 1,
            NextLookAt = now,
        };
    }
}
