using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.Interop;

/// <summary>A server that judges requests by GitHub's OpenAPI document, cut to what is used, and says in its answers what is wrong with them.</summary>
internal sealed class PrismMock : IAsyncDisposable
{
    private static readonly string Folder = LlmOps.Tests.Repository.At("tests", "LlmOps.Tests", "Interop", "GitHub");
    private readonly Process process;

    private PrismMock(Process process, int port)
    {
        this.process = process;
        Url = new Uri($"http://127.0.0.1:{port}/");
    }

    public Uri Url { get; }

    public static async Task<PrismMock> Start()
    {
        (int exitCode, string output) = await Command.Run("node", ["cut.mjs"], folder: Folder);
        Assert.True(exitCode == 0, output);
        int port = FreePort();
        Process process = Process.Start(new ProcessStartInfo("node",
            ["node_modules/@stoplight/prism-cli/dist/index.js", "mock", "-h", "127.0.0.1", "-p", $"{port}", "node_modules/github.json"])
        {
            WorkingDirectory = Folder, RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        PrismMock proxy = new(process, port);
        for (int attempt = 0; !await Answers(port); attempt++)
        {
            Assert.True(attempt < 600 && !process.HasExited, "prism did not start within a minute, or ended at once");
            await Task.Delay(100);
        }
        return proxy;
    }

    public ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        process.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> Answers(int port)
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
