using System.Diagnostics;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Conventions;

/// <summary>The files of the repository: those that Git tracks, and new ones that it does not ignore.</summary>
internal static class SourceTree
{
    public static IReadOnlyList<string> Files { get; } = List();

    public static IEnumerable<string> Code(params string[] folders) => Files.Where(path =>
        path.EndsWith(".cs", StringComparison.Ordinal) && folders.Any(folder => path.StartsWith(folder, StringComparison.Ordinal)));

    /// <summary>The namespaces that a source file uses, by `using` or by a name written out, of those that are asked for.</summary>
    public static IEnumerable<string> Uses(string path, IEnumerable<string> namespaces)
    {
        string[] lines = [.. File.ReadLines(Repository.At(path)).Select(WithoutComment)];
        return namespaces.Where(name => lines.Any(line => Names(line, name)));
    }

    private static bool Names(string line, string name)
    {
        for (int at = line.IndexOf(name, StringComparison.Ordinal); at >= 0; at = line.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            bool starts = at == 0 || (!char.IsLetterOrDigit(line[at - 1]) && line[at - 1] is not '.' and not '_' and not '"' and not '/');
            bool ends = at + name.Length == line.Length || line[at + name.Length] is '.' or ';';
            if (starts && ends && !line.StartsWith("namespace ", StringComparison.Ordinal))
            {
                return true;
            }
        }
        return false;
    }

    private static string WithoutComment(string line) => line.TrimStart().StartsWith("//", StringComparison.Ordinal) ? "" : line;

    private static List<string> List()
    {
        ProcessStartInfo start = new("git", ["-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard"])
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true,
        };
        using Process git = Process.Start(start)!;
        string output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        return [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(path => File.Exists(Repository.At(path)))];
    }
}
