using LlmOps.Manifests;
using LlmOps.Ports;
using LlmOps.Registry;

namespace LlmOps.Releases;

/// <summary>Finds weights that are in quarantine in another wrapping: another tokenizer or setting makes another digest of them.</summary>
public sealed class FindQuarantinedWeights(IBlobs blobs, IGitHost git, ModelRegistry registry, ControlPlaneOptions options)
{
    /// <summary>Says which version in quarantine has the weights of this upload, or null.</summary>
    public async Task<string?> Handle(Release release, UploadManifest manifest, CancellationToken cancellation)
    {
        IReadOnlySet<string> quarantine = await new GitFiles(git, await git.Head(options.Branch, cancellation), cancellation).Quarantine();
        RegisteredModel model = await registry.Read(release.Model, cancellation);
        HashSet<string> weights = Weights(manifest);
        foreach (RegisteredVersion bad in model.Versions.Where(known => known.Version != release.Version && quarantine.Contains(known.Digest)))
        {
            string name = $"{release.Model}/{bad.Version}/{UploadManifest.FileName}";
            if (await blobs.ReadBytes(Containers.Models, name, cancellation) is var (json, _)
                && UploadManifest.Parse(json, out _) is { } other && weights.Count > 0 && weights.SetEquals(Weights(other)))
            {
                return $"its weights are those of {release.Model}@{bad.Version}, which is in quarantine";
            }
        }
        return null;
    }

    // The graph and the data beside it: two versions may share a graph and differ in the weights that it loads.
    private static HashSet<string> Weights(UploadManifest manifest) =>
        [.. manifest.Files.Where(file => file.Path.Contains(".onnx", StringComparison.OrdinalIgnoreCase)).Select(file => file.Sha256)];
}
