using LlmOps.Audit;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Opens a release for an upload whose release.json has arrived.</summary>
public sealed class RegisterUpload(IBlobs blobs, ReleaseStore store, AuditLog audit, TimeProvider clock)
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
        if (await blobs.ReadBytes(Containers.Models, $"{model}/{version}/{UploadManifest.FileName}", cancellation) is not var (json, etag))
        {
            return false;
        }
        UploadManifest? manifest = UploadManifest.Parse(json, out _);
        string digest = manifest?.Digest() ?? "";
        DateTimeOffset now = clock.GetUtcNow();
        Release release = new()
        {
            Model = model, Version = version, Digest = digest, Phase = Phase.Uploaded, UploadedAt = now, PhaseSince = now, NextLookAt = now,
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
