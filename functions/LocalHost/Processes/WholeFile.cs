namespace LlmOps.LocalHost.Processes;

/// <summary>Files that readers see whole or not at all.</summary>
internal static class WholeFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Write(string path, string text)
    {
        string draft = path + ".new";
        File.WriteAllText(draft, text);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Writes what only the owner may read (mode 0600, from the first byte on).</summary>
    public static void WriteSecret(string path, string text)
    {
        string draft = path + ".new";
        File.Delete(draft);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }
        using (StreamWriter writer = new(draft, options))
        {
            writer.Write(text);
        }
        File.Move(draft, path, overwrite: true);
    }
}
