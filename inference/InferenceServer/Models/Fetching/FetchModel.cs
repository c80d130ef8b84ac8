namespace LlmOps.Inference.Models.Fetching;

/// <summary>
/// Brings a version from its origin into the cache: <c>release.json</c> first, then its files. What it gives is whole and has been compared with
/// its digests in this process; what is not, is not there by that name.
/// </summary>
internal sealed partial class FetchModel(FetchOptions options, Func<ModelSource.Origin, HttpClient> connect, FetchProgress progress, TimeProvider clock, ILogger<FetchModel> logger)
{
    /// <summary>How many bytes are free on the disk of a folder.</summary>
    public Func<string, long> FreeBytes { get; init; } = folder => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Fetches what is not here yet.</summary>
    /// <param name="origin">Where the version lies.</param>
    /// <param name="named">What the version has to be; with a digest, a version that is here needs no origin.</param>
    /// <param name="cancellation">Ends the download; what is there is kept for the next one.</param>
    /// <returns>The version's folder in the cache.</returns>
    /// <exception cref="RefusedModelException">It is not what it should be, does not fit on the disk, or is out of reach.</exception>
    public async Task<string> Handle(ModelSource.Origin origin, NamedVersion named, CancellationToken cancellation)
    {
        progress.Begin();
        try
        {
            Directory.CreateDirectory(options.Cache);
            if (named.Digest is not null && await Reuse(new CacheEntry(options.Cache, named.Digest), named.Fits, cancellation) is { } known) return known;

            using OriginClient client = new(connect(origin), origin, options, clock);
            byte[] json = await client.GetSmall(Release.FileName, Release.MostBytes, cancellation);
            Release release = Release.Parse(json);
            named.Require(release);
            CacheEntry entry = new(options.Cache, release.Digest);
            if (named.Digest is null && await Reuse(entry, SameName, cancellation) is { } same) return same;
            using IDisposable hold = await CacheLock.Take(entry.LockFile, clock, logger, cancellation);
            // Another process may have fetched it meanwhile.
            if (await Reuse(entry, _ => true, cancellation) is { } fetched)
            {
                entry.Name(json);
                return fetched;
            }
            await Fetch(client, release, entry, cancellation);
            entry.Complete(json);
            return entry.Folder;

            bool SameName(Release kept) => (kept.Model, kept.Version) == (release.Model, release.Version);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new RefusedModelException($"the cache cannot be used: {e.Message}");
        }
        finally
        {
            progress.End();
        }
    }

    private async Task Fetch(OriginClient client, Release release, CacheEntry entry, CancellationToken cancellation)
    {
        entry.Prepare();
        List<(ReleasedFile File, string Partial)> numbered =
            [.. release.Files.OrderBy(file => file.Path, StringComparer.Ordinal).Select((file, number) => (file, entry.Partial(number)))];
        progress.Expect(release.Files.Sum(file => file.Size));
        RequireSpace(numbered, entry);
        using IDisposable report = new ReportProgress(progress, release, options.ReportEvery, clock, logger);
        FetchFile fetch = new(client, options, progress, logger);
        ParallelOptions few = new() { MaxDegreeOfParallelism = options.Files, CancellationToken = cancellation };
        // The largest first: it alone keeps the connections busy.
        await Parallel.ForEachAsync(numbered.OrderByDescending(one => one.File.Size), few, async (one, stop) =>
        {
            if (Keeps(entry, one.File)) progress.Keep(one.File.Size);
            else await fetch.Handle(one.File, one.Partial, entry.Place(one.File), stop);
        });
    }

    // An earlier process has checked what waits; this one gives nothing that it has not read itself.
    private bool Keeps(CacheEntry entry, ReleasedFile file)
    {
        if (!entry.Waits(file)) return false;
        try
        {
            file.Verify(entry.Files);
            return true;
        }
        catch (RefusedModelException e)
        {
            Log.Damaged(logger, e.Message);
            File.Delete(entry.Place(file));
            return false;
        }
    }

    private void RequireSpace(List<(ReleasedFile File, string Partial)> files, CacheEntry entry)
    {
        long needed = 0;
        foreach ((ReleasedFile file, string path) in files.Where(one => !entry.Waits(one.File)))
        {
            needed += file.Size;
            if (!File.Exists(path)) continue;
            using PartialFile partial = new(path, file, options.ChunkBytes);
            needed -= partial.Done;
        }
        long free = FreeBytes(options.Cache);
        if (needed > free - options.Reserve)
        {
            throw new RefusedModelException(
                $"{needed:N0} bytes are still to be fetched, but the disk of {options.Cache} has {free:N0} free, of which {options.Reserve:N0} must stay so");
        }
    }

    private async Task<string?> Reuse(CacheEntry entry, Func<Release, bool> wanted, CancellationToken cancellation)
    {
        if (!entry.IsWhole(out Release? release) || !wanted(release!)) return null;
        try
        {
            await Parallel.ForEachAsync(release!.Files, cancellation, (file, _) =>
            {
                file.Verify(entry.Folder);
                return ValueTask.CompletedTask;
            });
        }
        catch (RefusedModelException e)
        {
            Log.Damaged(logger, e.Message);
            return null;
        }
        Log.Reused(logger, release.Model, release.Version, entry.Folder);
        return entry.Folder;
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "{Model}@{Version} is here already, in {Folder}")]
        public static partial void Reused(ILogger logger, string model, string version, string folder);

        [LoggerMessage(LogLevel.Warning, "the cache is damaged: {What}; it is fetched anew")]
        public static partial void Damaged(ILogger logger, string what);
    }
}
