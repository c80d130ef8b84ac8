using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Text;
using LlmOps.Ports;

namespace LlmOps.Inbox;

/// <summary>
/// Asks for what did not reach us again: GitHub never redelivers by itself, and only three days back. Once an event, so that
/// one that always fails is not asked for for ever.
/// </summary>
public sealed class RedeliverHooks(IEnumerable<IHookDeliveries> hosts, IBlobs blobs, TimeProvider clock)
{
    /// <summary>How long GitHub keeps deliveries.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3);

    public async Task Handle(CancellationToken cancellation)
    {
        foreach (IHookDeliveries host in hosts)
        {
            List<Exception> refused = [];
            foreach (HookDelivery failed in Failed(await host.ListSince(clock.GetUtcNow() - Kept, cancellation), clock.GetUtcNow()))
            {
                try
                {
                    await AskOnce(host, failed, cancellation);
                }
                catch (Exception error) when (!cancellation.IsCancellationRequested)
                {
                    refused.Add(error);
                }
            }
            if (refused is [var only])
            {
                ExceptionDispatchInfo.Throw(only);
            }
            if (refused.Count > 0)
            {
                throw new AggregateException($"{refused.Count} deliveries could not be asked for again", refused);
            }
        }
    }

    /// <summary>The newest try of each event none of whose tries succeeded, oldest first.</summary>
    public static IReadOnlyList<HookDelivery> Failed(IReadOnlyList<HookDelivery> tries, DateTimeOffset now) =>
        [.. tries.GroupBy(one => one.Delivery, StringComparer.OrdinalIgnoreCase).Where(same => !same.Any(one => one.Succeeded))
            .Select(same => same.MaxBy(one => one.At)!).Where(one => one.At > now - Kept).OrderBy(one => one.At)];

    // Asked, then marked: killed in between it is asked twice, which changes nothing, rather than never.
    private async Task AskOnce(IHookDeliveries host, HookDelivery failed, CancellationToken cancellation)
    {
        string mark = $"inbox/redelivered/{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(failed.Delivery))}";
        await using (BlobContent? asked = await blobs.OpenRead(Containers.State, mark, cancellation))
        {
            if (asked is not null)
            {
                return;
            }
        }
        await host.Redeliver(failed.Id, cancellation);
        await blobs.PutText(
            Containers.State, mark, clock.GetUtcNow().ToString("O", CultureInfo.InvariantCulture), PutCondition.IfAbsent, cancellation);
    }
}
