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
        HashSet<string> uploaded = [.. manifest.Files.Select(file => file.Sha256)];
        foreach (RegisteredVersion bad in model.Versions.Where(known => known.Version != release.Version && quarantine.Contains(known.Digest)))
        {
            if (await UploadManifest.ReadFrom(blobs, release.Model, bad.Version, cancellation) is var (json, _)
                && UploadManifest.Parse(json, out _) is { } other && Weights(other) is { Count: > 0 } weights && weights.IsSubsetOf(uploaded))
            {
                return $"its weights are those of {release.Model}@{bad.Version}, which is in quarantine";
            }
        }
        return null;
    }

    // The graph and the data beside it, by whatever names: two versions may share a graph and differ in what it loads.
    private static HashSet<string> Weights(UploadManifest manifest) =>
        [.. manifest.Files.Where(file => !Texts.Contains(Path.GetExtension(file.Path))).Select(file => file.Sha256)];

    private static readonly HashSet<string> Texts = new(StringComparer.OrdinalIgnoreCase) { ".json", ".jsonl", ".txt", ".md", ".yaml", ".jinja", ".model" };
}
