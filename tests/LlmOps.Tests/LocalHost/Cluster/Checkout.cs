namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>Where the repository is checked out, and the programs built beside the tests.</summary>
internal static class Checkout
{
    public static string Root { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    public static string FakeServer => Path.Combine(AppContext.BaseDirectory, "LlmOps.FakeServer");

    public static string LlmOps => Path.Combine(AppContext.BaseDirectory, "llmops");

    private static string Find(DirectoryInfo folder) =>
        File.Exists(Path.Combine(folder.FullName, "LlmOpsFunctions.sln")) ? folder.FullName : Find(folder.Parent!);
}
