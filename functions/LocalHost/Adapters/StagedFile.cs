namespace LlmOps.LocalHost.Adapters;

/// <summary>A file written aside and renamed into place: readers see it whole or not at all, also if the process dies.</summary>
internal sealed class StagedFile : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;

    public StagedFile(string folder)
    {
        path = Path.Combine(folder, Path.GetRandomFileName());
        stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0, useAsync: true);
    }

    /// <summary>Where the bytes go until the file is published.</summary>
    public Stream Content => stream;

    /// <summary>Puts the bytes on the disk; nothing is written after that.</summary>
    public void Seal()
    {
        stream.Flush(flushToDisk: true);
        stream.Dispose();
    }

    /// <summary>
    /// Renames the sealed file over <paramref name="target"/> with a time of writing later than <paramref name="after"/>,
    /// also where the file system's clock is coarse or the computer's clock was set back.
    /// </summary>
    public void Publish(string target, DateTime now, DateTime after)
    {
        for (long ticks = 1; ; ticks *= 10)
        {
            DateTime least = after.AddTicks(ticks);
            File.SetLastWriteTimeUtc(path, now > least ? now : least);
            if (File.GetLastWriteTimeUtc(path) > after)
            {
                break;
            }
        }
        string folder = Path.GetDirectoryName(target)!;
        CreateFolder(folder);
        File.Move(path, target, overwrite: true);
        FolderSync.Flush(folder);
    }

    /// <summary>Removes what processes that died left behind in a folder of staged files.</summary>
    public static void Sweep(string folder)
    {
        // The file system stamps staged files with its own clock, so that clock says how old they are.
        DateTime yesterday = TimeProvider.System.GetUtcNow().UtcDateTime.AddDays(-1);
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles().Where(file => file.LastWriteTimeUtc < yesterday))
        {
            file.Delete();
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        File.Delete(path);
    }

    private static void CreateFolder(string folder)
    {
        if (Directory.Exists(folder))
        {
            return;
        }
        string parent = Path.GetDirectoryName(folder)!;
        CreateFolder(parent);
        Directory.CreateDirectory(folder);
        FolderSync.Flush(parent);
    }
}
