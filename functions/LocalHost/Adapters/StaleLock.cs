namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Lock files that a killed git left in a bare repository: git itself never removes them, and no commit gets past one. A git
/// that lives holds them for milliseconds, and the stack of a home is the only one that writes there.
/// </summary>
internal static class StaleLock
{
    private static readonly TimeSpan Age = TimeSpan.FromSeconds(30);

    /// <summary>Removes what keeps a branch from moving and is older than any living git's; a younger one stays, and git says so.</summary>
    public static void Clear(string repository, string branch)
    {
        foreach (string name in (string[])[$"refs/heads/{branch}.lock", "HEAD.lock", "packed-refs.lock"])
        {
            FileInfo file = new(Path.Combine(repository, name));
            if (file.Exists && TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > Age)
            {
                file.Delete();
            }
        }
    }
}
