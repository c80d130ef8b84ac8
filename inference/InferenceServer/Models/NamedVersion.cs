namespace LlmOps.Inference.Models;

/// <summary>
/// What the deployment says that the version is; null says nothing of it. The digest covers the files and not the names in <c>release.json</c>,
/// by which answers and metrics are told apart: so these are compared, too.
/// </summary>
internal sealed record NamedVersion(string? Model, string? Version, string? Digest)
{
    public static readonly NamedVersion Any = new(null, null, null);

    /// <summary>Whether the names are those that the deployment says.</summary>
    public bool Fits(Release release) => (Model is null || Model == release.Model) && (Version is null || Version == release.Version);

    /// <exception cref="RefusedModelException">It is another version than the one that is asked for.</exception>
    public void Require(Release release)
    {
        if (Digest is not null && Digest != release.Digest) throw new RefusedModelException($"{Release.FileName}: the digest is {release.Digest}, but {Digest} is asked for");
        if (!Fits(release))
        {
            throw new RefusedModelException(
                $"{Release.FileName}: it is {release.Model}@{release.Version}, but {Model ?? "any model"}@{Version ?? "any version"} is asked for, by --model, --version or the address");
        }
    }
}
