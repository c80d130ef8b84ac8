namespace LlmOps.Tests.FunctionApp;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    private static string Find(DirectoryInfo? folder) =>
        folder is null ? throw new DirectoryNotFoundException("no LlmOpsFunctions.sln above the tests")
        : File.Exists(Path.Combine(folder.FullName, "LlmOpsFunctions.sln")) ? folder.FullName
        : Find(folder.Parent);
}
