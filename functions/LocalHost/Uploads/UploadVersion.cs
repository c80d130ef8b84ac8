using LlmOps.Admission;
using LlmOps.Admission.Signing;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.LocalHost.Uploads;

/// <summary>What became of an upload.</summary>
internal abstract record UploadOutcome
{
    /// <summary>All files are there; release.json came last.</summary>
    public sealed record Uploaded(UploadManifest Manifest) : UploadOutcome;

    /// <summary>The very same version was uploaded before; nothing was changed.</summary>
    public sealed record AlreadyThere(UploadManifest Manifest) : UploadOutcome;

    /// <summary>It was not uploaded; nothing that is visible was changed.</summary>
    public sealed record Refused(IReadOnlyList<string> Problems) : UploadOutcome;
}

/// <summary>Uploads a version: its files first, release.json last and only if it is absent. A broken-off upload is taken up again.</summary>
internal sealed class UploadVersion(IBlobs blobs)
{
    /// <summary>Uploads a folder; <paramref name="progress"/> hears each file before it is sent.</summary>
    public async Task<UploadOutcome> Handle(string folder, Action<string> progress, CancellationToken cancellation)
    {
        (UploadManifest? manifest, byte[] json, IReadOnlyList<string> problems) = await VersionFolder.Read(folder, cancellation);
        if (manifest is null)
        {
            return new UploadOutcome.Refused(problems);
        }
        // Whose signature is needed stands in Git; here it only has to fit the files.
        AdmissionReport report = await VersionFolder.Admit(folder, manifest, json, SignatureDemand.None, cancellation);
        if (problems.Count > 0 || !report.Admitted)
        {
            return new UploadOutcome.Refused([.. problems, .. report.Checks.SelectMany(check => check.Faults).Select(fault => fault.ToString())]);
        }
        string target = $"{manifest.Model}/{manifest.Version}/";
        if (await Existing(target, manifest, cancellation) is { } existing)
        {
            return existing;
        }
        foreach (UploadedFile file in manifest.Files)
        {
            progress($"{file.Path} ({file.Size:N0} bytes)");
            await Send(Path.Combine(folder, file.Path), target + file.Path, cancellation);
        }
        if (manifest.Signature is { } signature)
        {
            progress(signature);
            await Send(Path.Combine(folder, signature), target + signature, cancellation);
        }
        progress(UploadManifest.FileName);
        await using FileStream last = File.OpenRead(Path.Combine(folder, UploadManifest.FileName));
        PutResult result = await blobs.Put(Containers.Models, target + UploadManifest.FileName, last, PutCondition.IfAbsent, cancellation);
        return result.Written ? new UploadOutcome.Uploaded(manifest) : await Existing(target, manifest, cancellation) ?? new UploadOutcome.Uploaded(manifest);
    }

    private async Task<UploadOutcome?> Existing(string target, UploadManifest manifest, CancellationToken cancellation)
    {
        if (await blobs.ReadBytes(Containers.Models, target + UploadManifest.FileName, cancellation) is not var (json, _))
        {
            return null;
        }
        string? digest = UploadManifest.Parse(json, out _)?.Digest();
        return digest == manifest.Digest()
            ? new UploadOutcome.AlreadyThere(manifest)
            : new UploadOutcome.Refused(
            [
                $"{manifest.Model}@{manifest.Version} is uploaded already, with the digest {digest}; this folder has {manifest.Digest()}. "
                    + "A version is immutable: give the new content a new version",
            ]);
    }

    // Without a release.json in place, what lies there is the rest of a broken-off upload and may be replaced.
    private async Task Send(string path, string name, CancellationToken cancellation)
    {
        PutCondition condition = PutCondition.IfAbsent;
        while (true)
        {
            await using FileStream stream = File.OpenRead(path);
            if ((await blobs.Put(Containers.Models, name, stream, condition, cancellation)).Written)
            {
                return;
            }
            await using BlobContent? left = await blobs.OpenRead(Containers.Models, name, cancellation);
            condition = left is null ? PutCondition.IfAbsent : PutCondition.IfUnchanged(left.ETag);
        }
    }
}
