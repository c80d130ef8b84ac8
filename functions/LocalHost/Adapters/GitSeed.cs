using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>Makes the repository: aside and renamed into place, so that a kill at any line leaves none or a whole one.</summary>
internal static class GitSeed
{
    /// <summary>Makes a bare repository with a folder's files as its first commit on `main`, unless there is one.</summary>
    public static async Task Plant(string repository, string templateFolder, DateTimeOffset at, CancellationToken cancellation)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(repository)!);
        using IDisposable held = await FileLock.Acquire($"{repository}.lock", cancellation);
        if (Directory.Exists(repository))
        {
            return;
        }
        string seedling = $"{repository}.new";
        if (Directory.Exists(seedling))
        {
            Directory.Delete(seedling, recursive: true);
        }
        GitCommand git = new(seedling);
        await git.Ask(cancellation, "init", "--quiet", "--bare", "--initial-branch=main", "--template=");
        await git.Run(FirstCommit(templateFolder, at), cancellation, "fast-import", "--quiet", "--done");
        Directory.Move(seedling, repository);
        FolderSync.Flush(Path.GetDirectoryName(repository)!);
    }

    private static ReadOnlyMemory<byte> FirstCommit(string templateFolder, DateTimeOffset at)
    {
        GitImport import = new GitImport().Commit("refs/heads/main", at, "Start from the template\n", parent: null);
        foreach (string file in Directory.EnumerateFiles(templateFolder, "*", EveryFile).Order(StringComparer.Ordinal))
        {
            string path = Path.GetRelativePath(templateFolder, file).Replace(Path.DirectorySeparatorChar, '/');
            GitRules.CheckPath(path);
            import.Write(path, File.ReadAllBytes(file));
        }
        return import.End();
    }

    private static EnumerationOptions EveryFile => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
}
