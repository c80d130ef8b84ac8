using LlmOps.LocalHost.Monitoring;
using LlmOps.LocalHost.Stack;

namespace LlmOps.LocalHost.Demo;

/// <summary>The demonstration starts from nothing; it clears only a home that an earlier demonstration made.</summary>
internal static class DemoHome
{
    private static string Mark(Home home) => Path.Combine(home.Folder, "made-by-demo");

    /// <summary>Makes the home empty, ending what a killed demonstration left running in it; otherwise says why it cannot.</summary>
    public static async Task<string?> Prepare(Home home, CancellationToken cancellation)
    {
        if (Directory.Exists(home.Folder) && Directory.EnumerateFileSystemEntries(home.Folder).Any())
        {
            if (!File.Exists(Mark(home)))
            {
                return $"{home.Folder} holds a stack that no demonstration made; give another --home";
            }
            if (StackCard.Read(home.StackCard) is not null)
            {
                return $"a demonstration runs in {home.Folder}; stop it, or give another --home";
            }
            await ClusterProcess.EndLeft(home, cancellation);
            await PrometheusStack.EndLeft(home.Folder, cancellation);
            Directory.Delete(home.Folder, recursive: true);
        }
        Directory.CreateDirectory(home.Folder);
        await File.WriteAllTextAsync(Mark(home), "`llmops demo` made this folder and may clear it.\n", cancellation);
        return null;
    }
}
