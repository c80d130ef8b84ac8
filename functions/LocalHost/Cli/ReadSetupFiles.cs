using LlmOps.Doctor;
using LlmOps.LocalHost.Adapters;

namespace LlmOps.LocalHost.Cli;

/// <summary>Reads the YAML files of a folder, or of a revision of a Git repository.</summary>
internal static class ReadSetupFiles
{
    private static readonly EnumerationOptions EveryFile = new() { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };

    public static IEnumerable<SetupText> OfFolder(string folder) => Directory.EnumerateFiles(folder, "*", EveryFile)
        .Select(file => (File: file, Path: Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/')))
        .Where(found => IsRead(found.Path)).OrderBy(found => found.Path, StringComparer.Ordinal)
        .Select(found => new SetupText(found.Path, File.ReadAllText(found.File)));

    public static async Task<IReadOnlyList<SetupText>> OfRepository(string repository, string revision, CancellationToken cancellation)
    {
        string inner = Path.Combine(repository, ".git");
        GitCommand git = new(Directory.Exists(inner) ? inner : repository);
        string commit = (await git.Ask(cancellation, "rev-parse", "--verify", "--end-of-options", revision + "^{commit}")).Trim();
        string list = await git.Ask(cancellation, "ls-tree", "-r", "-z", "--name-only", commit);
        List<SetupText> texts = [];
        foreach (string path in list.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(IsRead))
        {
            texts.Add(new SetupText(path, await git.Ask(cancellation, "cat-file", "blob", $"{commit}:{path}")));
        }
        return texts;
    }

    private static bool IsRead(string path) =>
        !path.StartsWith(".git/", StringComparison.Ordinal)
        && (path.EndsWith(".yaml", StringComparison.Ordinal) || path.EndsWith(".yml", StringComparison.Ordinal));
}
