using System.Globalization;

namespace LlmOps.LocalHost.Adapters;

/// <summary>A file written aside and renamed into place: readers see it whole or not at all, also if the process dies.</summary>
internal sealed class StagedFile : IDisposable
{
    private readonly string path;
    private readonly FileStream stream;

    public StagedFile(string folder)
    {
        path = Path.Combine(folder, $"{Stamp(TimeSpan.Zero)}-{Path.GetRandomFileName()}");
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

    /// <summary>Removes from a folder of staged files what processes that died left there a day ago or earlier.</summary>
    public static void Sweep(string folder)
    {
        string yesterday = Stamp(TimeSpan.FromDays(1));
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (string.CompareOrdinal(file.Name, yesterday) < 0)
            {
                file.Delete();
            }
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        File.Delete(path);
    }

    // The name says when the file was begun: its time of writing is set to what the blob's is to be. Processes of one
    // machine share this clock, whatever clock the product was given.
    private static string Stamp(TimeSpan ago) =>
        (TimeProvider.System.GetUtcNow() - ago).UtcTicks.ToString("x16", CultureInfo.InvariantCulture);

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
