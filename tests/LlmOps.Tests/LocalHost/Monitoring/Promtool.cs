using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>Runs promtool and shows what it says when it is not content.</summary>
internal static class Promtool
{
    public static async Task Check(string input, params string[] arguments)
    {
        (int exitCode, string output) = await Command.Run("promtool", arguments, input);
        Assert.True(exitCode == 0, output);
    }
}
