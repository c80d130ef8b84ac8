using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>
/// Opens a release for an upload whose release.json has arrived, and for those of its model that arrived before it: news
/// come late, twice and in any order, and the blobs say what was uploaded when.
/// </summary>
public sealed class RegisterUpload(IBlobs blobs, ReleaseStore store, AuditLog audit, IMessageBus bus, TimeProvider clock)
{
    /// <summary>Opens the release once. False when there is nothing to advance: no such upload, or a name that cannot be one.</summary>
    public async Task<bool> Handle(string model, string version, CancellationToken cancellation)
    {
        if (!Names.IsModel(model) || !Names.IsVersion(version))
        {
            await audit.Append(new AuditFact(
                $"upload/{model}/{version}/ignored", "UploadIgnored", null, null,
                $"the folder '{PlainText.OneLine($"{model}/{version}", 200)}' cannot be a release: a model is [a-z0-9]([a-z0-9-]*[a-z0-9])?, a version is SemVer"),
                cancellation);
            return false;
        }
        IReadOnlyList<(string Version, DateTimeOffset At)> uploads = await Uploads(model, cancellation);
        if (uploads.FirstOrDefault(upload => upload.Version == version) is not { Version: not null } asked)
        {
            return false;
        }
        foreach ((string earlier, DateTimeOffset at) in uploads.Where(upload => (upload.At, upload.Version).CompareTo((asked.At, asked.Version)) < 0))
        {
            if (await store.Read(model, earlier, cancellation) is null && await Open(model, earlier, at, cancellation))
            {
                await bus.Send(new WorkItem(WorkItem.Upload, model, earlier).ToMessage(), cancellation);
            }
        }
        return await Open(model, version, asked.At, cancellation);
    }

    private async Task<IReadOnlyList<(string Version, DateTimeOffset At)>> Uploads(string model, CancellationToken cancellation)
    {
        List<(string, DateTimeOffset)> uploads = [];
        await foreach (BlobItem item in blobs.List(Containers.Models, $"{model}/", cancellation))
        {
            if (item.Name.Split('/') is [_, var version, UploadManifest.FileName] && Names.IsVersion(version))
            {
                uploads.Add((version, item.LastModified));
            }
        }
        return [.. uploads.OrderBy(upload => upload)];
    }

    private async Task<bool> Open(string model, string version, DateTimeOffset uploadedAt, CancellationToken cancellation)
    {
        if (await UploadManifest.ReadFrom(blobs, model, version, cancellation) is not var (json, etag))
        {
            return false;
        }
        UploadManifest? manifest = UploadManifest.Parse(json, out _);
        string digest = manifest?.Digest() ?? "";
        DateTimeOffset now = clock.GetUtcNow();
        Release release = new()
        {
            Model = model, Version = version, Digest = digest, Phase = Phase.Uploaded, UploadedAt = uploadedAt, PhaseSince = now, NextLookAt = now,
            Gpu = Math.Max(0, manifest?.Requires?.Gpu ?? 0),
        };
        if (!await store.Create(release, cancellation) && await store.Read(model, version, cancellation) is var (known, _) && known.Digest != digest)
        {
            await audit.Append(new AuditFact(
                $"{release.Id}/conflict/{etag}", "UploadIgnored", model, version,
                $"the upload of {release.Id} was changed after its release began; a version is immutable, so the change is ignored",
                new Dictionary<string, string> { ["digest"] = known.Digest, ["changedTo"] = digest }), cancellation);
            return false;
        }
        await audit.Append(new AuditFact(
            $"{release.Id}/Uploaded", "Uploaded", model, version, $"{release.Id} was uploaded",
            new Dictionary<string, string> { ["digest"] = digest }), cancellation);
        return true;
    }
}
