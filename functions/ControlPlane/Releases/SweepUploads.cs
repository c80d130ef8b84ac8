using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Finds uploads whose event was lost: a release.json without a release.</summary>
public sealed class SweepUploads(IBlobs blobs, ReleaseStore store, IMessageBus bus)
{
    public async Task Handle(CancellationToken cancellation)
    {
        HashSet<string> known = (await store.List(null, cancellation)).Select(release => release.Id).ToHashSet(StringComparer.Ordinal);
        await foreach (BlobItem item in blobs.List(Containers.Models, "", cancellation))
        {
            if (item.Name.Split('/') is [var model, var version, UploadManifest.FileName]
                && Names.IsModel(model) && Names.IsVersion(version) && !known.Contains($"{model}@{version}"))
            {
                await bus.Send(new WorkItem(WorkItem.Upload, model, version).ToMessage(), cancellation);
            }
        }
    }
}
