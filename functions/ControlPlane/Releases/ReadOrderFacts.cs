using LlmOps.Manifests;
using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>Gathers what orders for a release are judged by.</summary>
public sealed class ReadOrderFacts(IBlobs blobs, IGitHost git, ReadPolicy policies, ControlPlaneOptions options)
{
    public async Task<OrderFacts> Handle(Release release, CancellationToken cancellation)
    {
        string head = await git.Head(options.Branch, cancellation);
        return new OrderFacts(
            await Policy(release.Model, head, cancellation),
            await Quarantined(release.Blamed, new GitFiles(git, head, cancellation)),
            await UploadedDigest(release, cancellation));
    }

    private async Task<ModelPolicy?> Policy(string model, string head, CancellationToken cancellation)
    {
        try
        {
            return (await policies.At(model, head, cancellation)).Policy;
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private static async Task<bool?> Quarantined(string digest, GitFiles files)
    {
        try
        {
            return (await files.Quarantine()).Contains(digest);
        }
        catch (ManifestException)
        {
            return null;
        }
    }

    private async Task<string> UploadedDigest(Release release, CancellationToken cancellation) =>
        await UploadManifest.ReadFrom(blobs, release.Model, release.Version, cancellation) is var (json, _)
            ? UploadManifest.Parse(json, out _)?.Digest() ?? ""
            : "";
}
