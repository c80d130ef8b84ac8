namespace LlmOps.LocalHost.Processes;

/// <summary>One owner for a folder, for as long as its process lives, however it ends.</summary>
internal static class HomeLock
{
    /// <summary>The lock to hold, or null when another process holds it.</summary>
    public static FileStream? Take(string home)
    {
        try
        {
            return new FileStream(Path.Combine(home, "cluster.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
