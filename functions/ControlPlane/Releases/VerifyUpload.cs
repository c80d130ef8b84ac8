using System.Security.Cryptography;
using LlmOps.Audit;
using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Releases;

/// <summary>Uploaded → Verified or Rejected: every file is there, is what release.json says, and may be released.</summary>
public sealed class VerifyUpload(IBlobs blobs, IGitHost git, ModelRegistry registry, FindQuarantinedWeights quarantined, ControlPlaneOptions options) : IPhaseStep
{
    public bool Applies(Release release) => release.Phase == Phase.Uploaded;

    public async Task<PhaseOutcome> Take(Release release, CancellationToken cancellation)
    {
        string folder = $"{release.Model}/{release.Version}/";
        if (await blobs.ReadBytes(Containers.Models, folder + UploadManifest.FileName, cancellation) is not var (json, _))
        {
            return Reject(release, "release.json is gone from the upload");
        }
        if (UploadManifest.Parse(json, out string problem) is not { } manifest)
        {
            return Reject(release, problem);
        }
        string? refusal = Misnamed(release, manifest)
            ?? await Known(release, cancellation)
            ?? await Faults(folder, manifest, cancellation);
        if (refusal is not null)
        {
            return Reject(release, refusal);
        }
        await registry.Register(release.Model, release.Version, release.Digest, cancellation);
        string? suspicion = await quarantined.Handle(release, manifest, cancellation);
        return new PhaseOutcome.Moved(
            release with { Phase = Phase.Verified, Reason = null, Suspicion = suspicion },
            new AuditFact($"{release.Key}/Verified", "Verified", release.Model, release.Version,
                $"{manifest.Files.Count} files of {manifest.Files.Sum(file => file.Size):N0} bytes are what release.json says{(suspicion is null ? "" : $"; but {suspicion}: a person must approve it")}",
                new Dictionary<string, string> { ["digest"] = release.Digest }));
    }

    private static string? Misnamed(Release release, UploadManifest manifest) => manifest switch
    {
        _ when manifest.Model != release.Model || manifest.Version != release.Version =>
            $"release.json names {manifest.Model}@{manifest.Version} but lies in the folder of {release.Id}",
        _ when manifest.Digest() != release.Digest => "release.json was changed after its release began; a version is immutable",
        _ => null,
    };

    private async Task<string?> Known(Release release, CancellationToken cancellation)
    {
        string head = await git.Head(options.Branch, cancellation);
        if ((await new GitFiles(git, head, cancellation).Quarantine()).Contains(release.Digest))
        {
            return $"its digest {release.Digest} is in quarantine; a person must remove it from {Slots.QuarantinePath} first";
        }
        RegisteredModel model = await registry.Read(release.Model, cancellation);
        return model.Versions.FirstOrDefault(known => known.Digest == release.Digest && known.Version != release.Version) is { } same
            ? $"its digest {release.Digest} is already released as {release.Model}@{same.Version}"
            : null;
    }

    private async Task<string?> Faults(string folder, UploadManifest manifest, CancellationToken cancellation)
    {
        List<string> faults = [];
        foreach (UploadedFile file in manifest.Files)
        {
            await using BlobContent? content = await blobs.OpenRead(Containers.Models, folder + file.Path, cancellation);
            if (content is null)
            {
                faults.Add($"{file.Path} is missing");
            }
            else if (content.Length != file.Size)
            {
                faults.Add($"{file.Path} has {content.Length} bytes; release.json says {file.Size}");
            }
            else if (Convert.ToHexStringLower(await SHA256.HashDataAsync(content.Stream, cancellation)) is var hash && hash != file.Sha256)
            {
                faults.Add($"{file.Path} has the SHA-256 {hash}; release.json says {file.Sha256}");
            }
        }
        return faults.Count == 0 ? null : UploadManifest.First(faults);
    }

    private static PhaseOutcome.Moved Reject(Release release, string why) => new(
        release with { Phase = Phase.Rejected, Reason = why, Closed = true },
        new AuditFact($"{release.Key}/Rejected", "Rejected", release.Model, release.Version, why,
            new Dictionary<string, string> { ["digest"] = release.Digest }));
}
