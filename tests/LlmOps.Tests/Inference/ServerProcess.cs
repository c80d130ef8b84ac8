using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace LlmOps.Tests.Inference;

/// <summary>The inference server as a process of its own.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    public ServerProcess(params string[] arguments)
        : this(arguments, development: false)
    {
    }

    public ServerProcess(string[] arguments, bool development)
    {
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "LlmOps.InferenceServer"), arguments)
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("LLMOPS_", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        if (development) start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        _process = Process.Start(start)!;
        Errors = _process.StandardError.ReadToEndAsync();
        Output = _process.StandardOutput.ReadToEndAsync();
    }

    public int Id => _process.Id;

    public Task<string> Errors { get; }

    public Task<string> Output { get; }

    public static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static Task UntilReady(HttpClient client) => Eventually.True(
        async () =>
        {
            try
            {
                return (await client.GetAsync("/health/ready")).IsSuccessStatusCode;
            }
            catch (HttpRequestException)
            {
                // Not listening yet.
                return false;
            }
        },
        "the server is ready",
        pauseMs: 10);

    public async Task<int> ExitCode()
    {
        using CancellationTokenSource patience = new(Eventually.Patience);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
