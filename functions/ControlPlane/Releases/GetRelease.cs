namespace LlmOps.Releases;

/// <summary>Shows a release.</summary>
public sealed class GetRelease(ReleaseStore store)
{
    public async Task<Release?> Handle(string model, string version, CancellationToken cancellation) =>
        Names.IsModel(model) && Names.IsVersion(version) ? (await store.Read(model, version, cancellation))?.Value : null;
}

/// <summary>Shows all releases, or those of one model, in the order in which they were uploaded.</summary>
public sealed class ListReleases(ReleaseStore store)
{
    public async Task<IReadOnlyList<Release>> Handle(string? model, CancellationToken cancellation) =>
        model is null || Names.IsModel(model) ? await store.List(model, cancellation) : [];
}
