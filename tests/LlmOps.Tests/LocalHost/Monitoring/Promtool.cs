using System.Diagnostics;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>Runs promtool and shows what it says when it is not content.</summary>
internal static class Promtool
{
    public static async Task Check(string input, params string[] arguments)
    {
        using Process promtool = Process.Start(new ProcessStartInfo("promtool", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await promtool.StandardInput.WriteAsync(input);
        promtool.StandardInput.Close();
        string said = await promtool.StandardOutput.ReadToEndAsync() + await promtool.StandardError.ReadToEndAsync();
        await promtool.WaitForExitAsync();
        Assert.True(promtool.ExitCode == 0, said);
    }
}
