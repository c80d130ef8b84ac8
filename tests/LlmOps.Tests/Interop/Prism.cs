using System.Diagnostics;
using System.Text.RegularExpressions;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>A server that judges what goes through it by an OpenAPI document, and says in its answers what is wrong.</summary>
internal sealed partial class Prism : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly string Folder = LlmOps.Tests.Repository.At("tests", "LlmOps.Tests", "Interop", "GitHub");
    private readonly Process process;

    private Prism(Process process, Uri url)
    {
        this.process = process;
        Url = url;
    }

    public Uri Url { get; }

    /// <summary>Answers as GitHub's document does, cut to what is used.</summary>
    public static async Task<Prism> MockOfGitHub()
    {
        (int exitCode, string output) = await Command.Run("node", ["cut.mjs"], folder: Folder);
        Assert.True(exitCode == 0, output);
        return await Start("mock", "node_modules/github.json");
    }

    /// <summary>Hands requests on and answers back, with what it has against either in the header <c>sl-violations</c>.</summary>
    public static Task<Prism> ProxyOf(string document, string upstream) => Start("proxy", document, upstream);

    private static async Task<Prism> Start(string command, params string[] arguments)
    {
        Process process = Process.Start(new ProcessStartInfo("node", ["node_modules/@stoplight/prism-cli/dist/index.js", command, "-h", "127.0.0.1", "-p", "0", .. arguments])
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
        return new Prism(process, await listening.Task.WaitAsync(Patience));
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
