using LlmOps.LocalHost.Stack;

namespace LlmOps.LocalHost.Demo;

/// <summary>The demonstration starts from nothing; it clears only a home that an earlier demonstration made.</summary>
internal static class DemoHome
{
    private static string Mark(Home home) => Path.Combine(home.Folder, "made-by-demo");

    public static bool Prepare(Home home, out string problem)
    {
        problem = "";
        if (Directory.Exists(home.Folder) && Directory.EnumerateFileSystemEntries(home.Folder).Any())
        {
            if (!File.Exists(Mark(home)))
            {
                problem = $"{home.Folder} holds a stack that no demonstration made; give another --home";
                return false;
            }
            if (StackCard.Read(home.StackCard) is not null || StackCard.Read(home.ClusterCard) is not null)
            {
                problem = $"a stack runs in {home.Folder}; stop it, or give another --home";
                return false;
            }
            Directory.Delete(home.Folder, recursive: true);
        }
        Directory.CreateDirectory(home.Folder);
        File.WriteAllText(Mark(home), "`llmops demo` made this folder and may clear it.\n");
        return true;
    }
}
