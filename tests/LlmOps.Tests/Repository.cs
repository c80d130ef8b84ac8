namespace LlmOps.Tests;

/// <summary>The working tree that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The path of a file, by its parts from the root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The text of a file, by its path from the root.</summary>
    public static string Text(string relative) => File.ReadAllText(At(relative));

    private static string Find(string? folder) =>
        folder is null ? throw new DirectoryNotFoundException($"no LlmOpsFunctions.sln above {AppContext.BaseDirectory}")
        : File.Exists(Path.Combine(folder, "LlmOpsFunctions.sln")) ? folder
        : Find(Path.GetDirectoryName(folder));
}
