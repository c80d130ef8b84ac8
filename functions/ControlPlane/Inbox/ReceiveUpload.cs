using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>Takes the news that a version's release.json has arrived. The upload itself is what is stored; this only enqueues.</summary>
public sealed class ReceiveUpload(IMessageBus bus)
{
    public Task Handle(string model, string version, CancellationToken cancellation) =>
        bus.Send(new WorkItem(WorkItem.Upload, model, version).ToMessage(), cancellation);
}
