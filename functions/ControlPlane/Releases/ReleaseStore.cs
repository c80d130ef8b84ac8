using LlmOps.Ports;

namespace LlmOps.Releases;

/// <summary>The records of releases, one blob each, changed by compare-and-swap.</summary>
public sealed class ReleaseStore(IBlobs blobs)
{
    private const string Prefix = "releases/";

    private static string Name(string model, string version) => $"{Prefix}{model}/{version}.json";

    /// <summary>Reads a release with the ETag under which it may be saved, or null.</summary>
    public Task<(Release Value, string ETag)?> Read(string model, string version, CancellationToken cancellation) =>
        blobs.ReadJson<Release>(Containers.State, Name(model, version), cancellation);

    /// <summary>Stores a new release; false when there is one already.</summary>
    public async Task<bool> Create(Release release, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, Name(release.Model, release.Version), release, PutCondition.IfAbsent, cancellation)).Written;

    /// <summary>Saves a release; false when somebody changed it since it was read.</summary>
    public async Task<bool> Save(Release release, string etag, CancellationToken cancellation) =>
        (await blobs.PutJson(Containers.State, Name(release.Model, release.Version), release, PutCondition.IfUnchanged(etag), cancellation)).Written;

    /// <summary>All releases, or those of one model, in the order in which they were uploaded.</summary>
    public async Task<IReadOnlyList<Release>> List(string? model, CancellationToken cancellation)
    {
        List<Release> releases = [];
        await foreach (BlobItem item in blobs.List(Containers.State, model is null ? Prefix : $"{Prefix}{model}/", cancellation))
        {
            if (await blobs.ReadJson<Release>(Containers.State, item.Name, cancellation) is var (release, _))
            {
                releases.Add(release);
            }
        }
        return [.. releases.OrderBy(release => release.UploadedAt).ThenBy(release => release.Version, StringComparer.Ordinal)];
    }
}
