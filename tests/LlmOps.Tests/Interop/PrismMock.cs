using System.Diagnostics;
using System.Text.RegularExpressions;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>A server that judges requests by GitHub's OpenAPI document, cut to what is used, and says in its answers what is wrong with them.</summary>
internal sealed partial class PrismMock : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = LlmOps.Tests.Repository.At("tests", "LlmOps.Tests", "Interop", "GitHub");
    private readonly Process process;

    private PrismMock(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<PrismMock> Start()
    {
        (int exitCode, string output) = await Command.Run("node", ["cut.mjs"], folder: Folder);
        Assert.True(exitCode == 0, output);
        Process process = Process.Start(new ProcessStartInfo("node", ["node_modules/@stoplight/prism-cli/dist/index.js", "mock", "-h", "127.0.0.1", "-p", "0", "node_modules/github.json"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        // It says which free port it took.
        TaskCompletionSource<Uri> listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
        process.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text && Listening().Match(text) is { Success: true } said)
            {
                listening.TrySetResult(new Uri(said.Groups[1].Value));
            }
        };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new PrismMock(process, await listening.Task.WaitAsync(Patience));
    }

    public ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    [GeneratedRegex(@"Prism is listening on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listening();
}
