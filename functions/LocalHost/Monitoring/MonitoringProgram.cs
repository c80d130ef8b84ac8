using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Monitoring;

/// <summary>One of the monitoring programs: running, ready, and stopped at the end.</summary>
internal sealed class MonitoringProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ChildProcess process;
    private readonly ChildCommand command;
    private readonly TimeProvider clock;

    private MonitoringProgram(ChildProcess process, ChildCommand command, TimeProvider clock) =>
        (this.process, this.command, this.clock) = (process, command, clock);

    /// <summary>Starts the program and waits until it says that it is ready; throws with its last words when it ends before.</summary>
    public static async Task<MonitoringProgram> Start(
        ChildCommand command, Uri address, ProcessRegister register, TimeProvider clock, CancellationToken cancellation)
    {
        MonitoringProgram program = new(ChildProcess.Start(command, register), command, clock);
        try
        {
            await program.WaitUntilReady(new Uri(address, "-/ready"), cancellation);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await process.Stop(StopGrace, clock);
        process.Dispose();
    }

    private async Task WaitUntilReady(Uri ready, CancellationToken cancellation)
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        long start = clock.GetTimestamp();
        while (!await Answers(http, ready, cancellation))
        {
            if (process.Exited.IsCompleted || clock.GetElapsedTime(start) > Patience)
            {
                throw new IOException($"{command.Arguments[0]} is not ready:\n{string.Join('\n', LogTail.Read(command.LogFile, 10))}");
            }
            await Task.Delay(Interval, clock, cancellation);
        }
    }

    private static async Task<bool> Answers(HttpClient http, Uri ready, CancellationToken cancellation)
    {
        try
        {
            using HttpResponseMessage response = await http.GetAsync(ready, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
