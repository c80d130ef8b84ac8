using System.Security.Cryptography;
using System.Text;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>A command as it is kept: what was asked, the version that it is meant for (empty: the model), and when it came.</summary>
public sealed record StoredCommand(ReleaseCommand Command, string Version, DateTimeOffset ReceivedAt)
{
    /// <summary>The attempt of the release that a rollback is meant for.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The blob that holds the command of a key.</summary>
    public static string Name(string key) => $"inbox/commands/{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}.json";

    public ReleaseOrder ToOrder() => new(Command.Key, Command.Verb, Command.By, Command.Reason, Command.Source, ReceivedAt, Command.Attempt);
}

/// <summary>Carries a stored command out, and looks at its release after that.</summary>
public sealed class CarryOutCommand(IBlobs blobs, CarryOutOrder order, LiftFreeze lift, AdvanceRelease advance)
{
    public async Task Handle(WorkItem item, CancellationToken cancellation)
    {
        (StoredCommand stored, _) = await blobs.ReadJson<StoredCommand>(Containers.State, item.Inbox!, cancellation)
            ?? throw new InvalidDataException($"{item.Inbox} is gone from the inbox");
        if (stored.Version.Length == 0)
        {
            await lift.Handle(item.Model, stored.ToOrder(), cancellation);
            return;
        }
        await order.Handle(item.Model, stored.Version, stored.ToOrder(), cancellation);
        await advance.Handle(new WorkItem(WorkItem.Advance, item.Model, stored.Version), cancellation);
    }
}
