using System.Globalization;
using System.Text.Json;
using LlmOps.Gates;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Reviews;

/// <summary>
/// Orders a release's verdict to be shown, once it has one. It gets a message of its own, so that a host that does not answer
/// keeps no release waiting.
/// </summary>
public sealed class OrderVerdict(ReleaseStore store, EvidenceStore evidence, IBlobs blobs, IMessageBus bus)
{
    /// <summary>The kind of work that shows a verdict.</summary>
    public const string Work = "verdict";

    public async Task Handle(string model, string version, CancellationToken cancellation)
    {
        if (await store.Read(model, version, cancellation) is not var (release, _))
        {
            return;
        }
        string mark = string.Create(CultureInfo.InvariantCulture, $"verdicts/{model}/{version}/{release.Attempt}");
        await using BlobContent? ordered = await blobs.OpenRead(Containers.State, mark, cancellation);
        if (ordered is not null || await evidence.ReadReport(release, cancellation) is null)
        {
            return;
        }
        string id = $"{Work}/{model}@{version}";
        await bus.Send(new OutgoingMessage(Queues.Work, id, id, JsonSerializer.Serialize(new WorkItem(Work, model, version), Wire.Json)), cancellation);
        await blobs.PutText(Containers.State, mark, id, PutCondition.IfAbsent, cancellation);
    }
}
