using System.Text.Json;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>What stands in a message of the work queue.</summary>
/// <param name="Kind">`upload` registers an upload; `advance` looks at a release; `push` and `look` concern all that are underway; `command` is a person's; `github` is an event.</param>
/// <param name="Tick">The tick that a scheduled look belongs to; null looks in any case.</param>
/// <param name="Inbox">The blob that holds what came in, where that is more than the names.</param>
public sealed record WorkItem(string Kind, string Model, string Version, int? Tick = null, string? Inbox = null)
{
    public const string Upload = "upload";
    public const string Advance = "advance";
    public const string Push = "push";
    public const string Look = "look";
    public const string GitHub = "github";
    public const string Command = "command";

    /// <summary>The message that carries this item, in order with all work of its model.</summary>
    public OutgoingMessage ToMessage(DateTimeOffset? notBefore = null) =>
        new(Queues.Work, $"{Kind}:{Model}@{Version}:{Tick}{Inbox}", Model, JsonSerializer.Serialize(this, Wire.Json), notBefore);
}

/// <summary>
/// Takes a release as far as it can go now: step by step, each saved and logged before the next, until it waits or ends. A
/// fact is saved with the release before it is logged: a look that lost the race for the save has done nothing to tell, and
/// one that was killed in between is told by the next. A wait schedules the next look under a new tick, so that of doubled messages all but one are stale.
/// </summary>
public sealed class AdvanceRelease(ReleaseStore store, IEnumerable<IPhaseStep> steps, AuditLog audit, IMessageBus bus, TimeProvider clock)
{
    private static readonly TimeSpan MendDelay = TimeSpan.FromSeconds(5);

    public async Task Handle(WorkItem item, CancellationToken cancellation)
    {
        while (await store.Read(item.Model, item.Version, cancellation) is var (release, etag))
        {
            if (item.Tick is { } tick && tick != release.Tick)
            {
                return;
            }
            if (release.Untold is { } fact)
            {
                await audit.Append(fact, cancellation);
            }
            if (steps.SingleOrDefault(step => step.Applies(release)) is not { } step)
            {
                return;
            }
            switch (await Look(step, release, cancellation))
            {
                case PhaseOutcome.Moved moved:
                    await store.Save(Stamp(moved.Next, release) with { Untold = moved.Fact }, etag, cancellation);
                    break;
                case PhaseOutcome.Waits waits when await Schedule(waits, release, etag, cancellation):
                    return;
            }
        }
    }

    // A manifest that cannot be read is a person's to mend: the release waits for it where it stands.
    private static async Task<PhaseOutcome> Look(IPhaseStep step, Release release, CancellationToken cancellation)
    {
        try
        {
            return await step.Take(release, cancellation);
        }
        catch (ManifestException error)
        {
            return new PhaseOutcome.Waits(release, $"waits for a manifest to be mended: {error.Message}", MendDelay);
        }
    }

    private Release Stamp(Release next, Release before) =>
        next.Phase == before.Phase ? next : next with { PhaseSince = clock.GetUtcNow(), NextLookAt = clock.GetUtcNow() };

    private async Task<bool> Schedule(PhaseOutcome.Waits waits, Release release, string etag, CancellationToken cancellation)
    {
        DateTimeOffset next = clock.GetUtcNow() + waits.Delay;
        Release waiting = waits.Next with { Reason = waits.For, Tick = release.Tick + 1, NextLookAt = next, Untold = null };
        if (!await store.Save(waiting, etag, cancellation))
        {
            return false;
        }
        await bus.Send(new WorkItem(WorkItem.Advance, release.Model, release.Version, waiting.Tick).ToMessage(next), cancellation);
        return true;
    }
}
