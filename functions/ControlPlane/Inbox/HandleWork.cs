using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>Does what stands in the work queue.</summary>
public sealed class HandleWork(
    RegisterUpload register, AdvanceRelease advance, ReleaseStore store, ProposeSettings settings, ICluster cluster, CarryOutCommand command)
{
    /// <summary>Handles a message; called again with the same message, it changes nothing more.</summary>
    public async Task Handle(string body, CancellationToken cancellation)
    {
        WorkItem item = JsonSerializer.Deserialize<WorkItem>(body, Wire.Json) ?? throw new InvalidDataException("an empty work item");
        switch (item.Kind)
        {
            case WorkItem.Upload when await register.Handle(item.Model, item.Version, cancellation):
                await advance.Handle(item with { Tick = 0 }, cancellation);
                break;
            case WorkItem.Upload:
                break;
            case WorkItem.Advance:
                await advance.Handle(item, cancellation);
                break;
            case WorkItem.Command:
                await command.Handle(item, cancellation);
                break;
            case WorkItem.Push:
                await cluster.RequestReconcile(cancellation);
                await settings.Handle(cancellation);
                await Look(cancellation);
                break;
            case WorkItem.Look:
                await Look(cancellation);
                break;
            default:
                throw new InvalidDataException($"'{item.Kind}' is not a kind of work");
        }
    }

    private async Task Look(CancellationToken cancellation)
    {
        foreach (Release release in await store.List(null, cancellation))
        {
            if (!release.Closed)
            {
                await advance.Handle(new WorkItem(WorkItem.Advance, release.Model, release.Version), cancellation);
            }
        }
    }
}
