namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>The programs that are built beside the tests.</summary>
internal static class BuiltPrograms
{
    public static string FakeServer => Path.Combine(AppContext.BaseDirectory, "LlmOps.FakeServer");

    public static string LlmOps => Path.Combine(AppContext.BaseDirectory, "llmops");
}
