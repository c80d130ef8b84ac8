using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;
using LlmOps.Releases;

namespace LlmOps.Admission;

/// <summary>Uploaded → Verified or Rejected: every file is there, is what release.json says, and may be released.</summary>
public sealed class VerifyUpload(IBlobs blobs, ModelRegistry registry, ReadTrust trust, AdmitVersion admission, FindQuarantinedWeights quarantined) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Uploaded;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        string folder = $"{release.Model}/{release.Version}/";
        if (await UploadManifest.ReadFrom(blobs, release.Model, release.Version, cancellation) is not var (json, _))
        {
            return Reject(release, "release.json is gone from the upload");
        }
        if (UploadManifest.Parse(json, out string problem) is not { } manifest)
        {
            return Reject(release, problem);
        }
        if (Misnamed(release, manifest) is { } misnamed)
        {
            return Reject(release, misnamed);
        }
        // The policy first: where a person must mend it, the files are not read again at every look.
        Trust now = await trust.Now(release.Model, cancellation);
        if (await Known(release, now.Files, cancellation) is { } known)
        {
            return Reject(release, known);
        }
        if (await Unlisted(folder, manifest, cancellation) is { } unlisted)
        {
            return Reject(release, unlisted);
        }
        AdmissionReport report = await admission.Handle(manifest, json, now.Demand, Open, cancellation);
        if (report.Refusal is { } refusal)
        {
            return Reject(release, refusal, now.Files.Head);
        }
        await registry.Register(release.Model, release.Version, release.Digest, cancellation, manifest.Source);
        string? suspicion = await quarantined.Handle(release, manifest, cancellation);
        return Verified(release with { Suspicion = suspicion }, manifest, report, now.Files.Head);

        Task<BlobContent?> Open(string path, CancellationToken stop) => blobs.OpenRead(Containers.Models, folder + path, stop);
    }

    private static string? Misnamed(Release release, UploadManifest manifest) => manifest switch
    {
        _ when manifest.Model != release.Model || manifest.Version != release.Version =>
            $"release.json names {manifest.Model}@{manifest.Version} but lies in the folder of {release.Id}",
        _ when manifest.Digest() != release.Digest => "release.json was changed after its release began; a version is immutable",
        _ => null,
    };

    private async Task<string?> Known(Release release, GitFiles files, CancellationToken cancellation)
    {
        if ((await files.Quarantine()).Contains(release.Digest))
        {
            return $"its digest {release.Digest} is in quarantine; a person must remove it from {Slots.QuarantinePath} first";
        }
        RegisteredModel model = await registry.Read(release.Model, cancellation);
        if (model.Versions.FirstOrDefault(known => known.Version == release.Version) is { } own && own.Digest != release.Digest)
        {
            return $"{release.Id} is registered with the digest {own.Digest}: a version is immutable, so upload this under another one";
        }
        return model.Versions.FirstOrDefault(known => known.Digest == release.Digest && known.Version != release.Version) is { } same
            ? $"its digest {release.Digest} is already released as {release.Model}@{same.Version}"
            : null;
    }

    // A reader that finds a file beside the model may use it, though nobody vouches for it.
    private async Task<string?> Unlisted(string folder, UploadManifest manifest, CancellationToken cancellation)
    {
        HashSet<string> listed = [.. manifest.Files.Select(file => file.Path), UploadManifest.FileName, manifest.Signature ?? UploadManifest.FileName];
        List<string> unlisted = [];
        await foreach (BlobItem item in blobs.List(Containers.Models, folder, cancellation))
        {
            if (unlisted.Count < FaultList.Most && !listed.Contains(item.Name[folder.Length..]))
            {
                unlisted.Add(PlainText.OneLine(item.Name[folder.Length..], 100));
            }
        }
        return unlisted.Count == 0 ? null
            : $"{string.Join(", ", unlisted)} lies in the upload, but release.json does not list it: pack the folder again, under a new version";
    }

    private static PhaseOutcome.Moved Verified(Release release, UploadManifest manifest, AdmissionReport report, string revision) => new(
        release with { Phase = Phase.Verified, Reason = null, Gpu = Math.Max(0, manifest.Requires?.Gpu ?? 0) },
        new AuditFact($"{release.Key}/Verified", "Verified", release.Model, release.Version,
            $"{manifest.Files.Count} files of {manifest.Files.Sum(file => file.Size):N0} bytes are what release.json says; "
                + (report.SignedBy is null ? "no key vouches for them" : $"signed by {report.SignedBy}")
                + (release.Suspicion is null ? "" : $"; but {release.Suspicion}: a person must approve it"),
            new Dictionary<string, string>
            {
                ["digest"] = release.Digest, ["policyRevision"] = revision, ["signedBy"] = report.SignedBy ?? "nobody",
            }));

    private static PhaseOutcome.Moved Reject(Release release, string why, string? revision = null)
    {
        Dictionary<string, string> facts = new() { ["digest"] = release.Digest };
        if (revision is not null)
        {
            facts["policyRevision"] = revision;
        }
        return new(
            release with { Phase = Phase.Rejected, Reason = why, Closed = true },
            new AuditFact($"{release.Key}/Rejected", "Rejected", release.Model, release.Version, why, facts));
    }
}
