namespace LlmOps.Inference.Models.Fetching;

/// <summary>
/// Where one version lies in the cache, by its digest. It is collected in a folder beside, and gets its name in one step when all its files
/// are there and right: the name says that it is whole.
/// </summary>
internal sealed record CacheEntry(string Cache, string Digest)
{
    public string Folder => Path.Combine(Cache, Digest);

    public string LockFile => Folder + ".lock";

    /// <summary>Where checked files wait for the others.</summary>
    public string Files => Path.Combine(Collected, "files");

    private string Collected => Folder + ".part";

    /// <summary>Where a checked file waits.</summary>
    public string Place(ReleasedFile file) => Path.Combine(Files, file.Path);

    /// <summary>Where a file's bytes are collected.</summary>
    /// <param name="number">The file's number in the ordinal order of the paths.</param>
    public string Partial(int number) => Path.Combine(Collected, "open", $"{number}.bytes");

    /// <summary>Whether the version is here, each file of the size that it must have.</summary>
    public bool IsWhole(out Release? release)
    {
        release = null;
        if (!Directory.Exists(Folder)) return false;
        try
        {
            release = Release.Read(Folder);
        }
        catch (RefusedModelException)
        {
            return false;
        }
        return release.Digest == Digest && release.Files.All(file => new FileInfo(Path.Combine(Folder, file.Path)) is { Exists: true } found && found.Length == file.Size);
    }

    /// <summary>Whether a file of the right size waits already, left by an earlier process.</summary>
    public bool Waits(ReleasedFile file) => new FileInfo(Place(file)) is { Exists: true } found && found.Length == file.Size;

    public void Prepare()
    {
        Directory.CreateDirectory(Path.Combine(Collected, "open"));
        Directory.CreateDirectory(Files);
    }

    /// <summary>Lets the files bear the names of another release of the same ones.</summary>
    public void Name(byte[] releaseJson)
    {
        string made = Folder + ".json";
        File.WriteAllBytes(made, releaseJson);
        File.Move(made, Path.Combine(Folder, Release.FileName), overwrite: true);
    }

    /// <summary>Gives the collected files their name.</summary>
    public void Complete(byte[] releaseJson)
    {
        File.WriteAllBytes(Path.Combine(Files, Release.FileName), releaseJson);
        if (Directory.Exists(Folder)) Directory.Delete(Folder, recursive: true);
        Directory.Move(Files, Folder);
        Directory.Delete(Collected, recursive: true);
    }
}
