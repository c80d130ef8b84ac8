using LlmOps.Ports;

namespace LlmOps.LocalHost.Adapters;

/// <summary>Where blobs lie in a folder: a sub-folder a container, beside them the files that nobody lists.</summary>
internal sealed class BlobFolder
{
    private readonly string root;

    public BlobFolder(string folder)
    {
        root = Path.GetFullPath(folder);
        // Names of containers have no dot, so these two never are one.
        Staging = Directory.CreateDirectory(Path.Combine(root, ".staged")).FullName;
        Locks = Directory.CreateDirectory(Path.Combine(root, ".locks")).FullName;
    }

    /// <summary>Where files are written before they are renamed into place: on the same file system.</summary>
    public string Staging { get; }

    private string Locks { get; }

    /// <summary>The file whose lock guards the writes to a container.</summary>
    public string LockOf(string container) => Path.Combine(Locks, container);

    /// <summary>The file of a blob, whether or not it is there. Throws for hostile names and for links.</summary>
    public FileInfo FileOf(string container, string name)
    {
        BlobRules.Check(container, name);
        string path = Path.Combine(root, container);
        RefuseLink(path);
        foreach (string segment in name.Split('/'))
        {
            path = Path.Combine(path, segment);
            RefuseLink(path);
        }
        return new FileInfo(path);
    }

    /// <summary>The blobs whose name starts with a prefix, in no order.</summary>
    public IEnumerable<(string Name, FileInfo File)> FilesOf(string container, string prefix)
    {
        BlobRules.CheckContainer(container);
        string home = Path.Combine(root, container);
        RefuseLink(home);
        string folder = prefix[..(prefix.LastIndexOf('/') + 1)].TrimEnd('/');
        string start = folder.Length > 0 && BlobRules.IsName(folder) ? FileOf(container, folder).FullName : home;
        return !Directory.Exists(start) ? [] :
            from file in new DirectoryInfo(start).EnumerateFiles("*", EveryFile)
            let name = Path.GetRelativePath(home, file.FullName).Replace(Path.DirectorySeparatorChar, '/')
            where name.StartsWith(prefix, StringComparison.Ordinal) && BlobRules.IsName(name)
            select (name, file);
    }

    private static EnumerationOptions EveryFile => new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    private static void RefuseLink(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
        {
            throw new IOException($"{path} is a link to {target}; links are not followed out of the folder");
        }
    }
}
