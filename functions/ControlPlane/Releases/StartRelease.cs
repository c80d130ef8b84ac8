using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Somebody's word that a version has been uploaded, such as a training system's whose job has ended.</summary>
public sealed record StartRequest(string Model, string Version);

/// <summary>Starts the release of a version whose files and release.json are there. The blob's own event does the same; either may come first.</summary>
public sealed class StartRelease(IBlobs blobs, IMessageBus bus)
{
    public async Task<Receipt> Handle(StartRequest request, CancellationToken cancellation)
    {
        if (!Names.IsModel(request.Model) || !Names.IsVersion(request.Version))
        {
            return new Receipt(400, "give a model ([a-z0-9]([a-z0-9-]*[a-z0-9])?) and a version (SemVer)");
        }
        string name = $"{request.Model}/{request.Version}/{UploadManifest.FileName}";
        await using BlobContent? manifest = await blobs.OpenRead(Containers.Models, name, cancellation);
        if (manifest is null)
        {
            return new Receipt(404, $"{Containers.Models}/{name} is not there: upload the version's files, and this one last");
        }
        await bus.Send(new WorkItem(WorkItem.Upload, request.Model, request.Version).ToMessage(), cancellation);
        return new Receipt(202, $"{request.Model}@{request.Version}");
    }
}
