using System.ComponentModel;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Monitoring;

/// <summary>One of the monitoring programs: running, ready, started again when it dies, and stopped at the end.</summary>
internal sealed partial class MonitoringProgram : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StopGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ChildCommand command;
    private readonly Uri ready;
    private readonly ProcessRegister register;
    private readonly TimeProvider clock;
    private readonly CancellationTokenSource stop = new();
    private ChildProcess process;
    private Task keeping = Task.CompletedTask;

    private MonitoringProgram(ChildCommand command, Uri address, ProcessRegister register, TimeProvider clock)
    {
        (this.command, ready, this.register, this.clock) = (command, new Uri(address, "-/ready"), register, clock);
        process = ChildProcess.Start(command, register);
    }

    /// <summary>Starts the program and waits until it says that it is ready; throws with its last words when it ends before.</summary>
    public static async Task<MonitoringProgram> Start(
        ChildCommand command, Uri address, ProcessRegister register, TimeProvider clock, CancellationToken cancellation)
    {
        MonitoringProgram program = new(command, address, register, clock);
        try
        {
            await program.WaitUntilReady(cancellation);
            return program;
        }
        catch
        {
            await program.DisposeAsync();
            throw;
        }
    }

    /// <summary>From now on starts the program again whenever it ends, and says so.</summary>
    public void KeepAlive(ILogger logger) => keeping = Keep(logger);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await keeping;
        await process.Stop(StopGrace, clock);
        process.Dispose();
        stop.Dispose();
    }

    private async Task Keep(ILogger logger)
    {
        RestartPause pauses = RestartPause.OfProgram();
        try
        {
            while (true)
            {
                long since = clock.GetTimestamp();
                int code = await process.Exited.WaitAsync(stop.Token);
                TimeSpan pause = pauses.After(clock.GetElapsedTime(since));
                Log.Died(logger, command.Arguments[0], code, pause.TotalSeconds);
                await Task.Delay(pause, clock, stop.Token);
                await Restart(logger);
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task Restart(ILogger logger)
    {
        try
        {
            ChildProcess next = ChildProcess.Start(command, register);
            process.Dispose();
            process = next;
            await WaitUntilReady(stop.Token);
            Log.Restarted(logger, command.Arguments[0], process.Id);
        }
        catch (Exception error) when (error is IOException or Win32Exception or InvalidOperationException)
        {
            Log.NotReady(logger, command.Arguments[0], error);
            await process.Stop(StopGrace, clock);
        }
    }

    private async Task WaitUntilReady(CancellationToken cancellation)
    {
        using HttpClient http = new(new SocketsHttpHandler { UseProxy = false });
        long start = clock.GetTimestamp();
        while (!await Answers(http, cancellation))
        {
            if (process.Exited.IsCompleted || clock.GetElapsedTime(start) > Patience)
            {
                throw new IOException($"{command.Arguments[0]} is not ready:\n{string.Join('\n', LogTail.Read(command.LogFile, 10))}");
            }
            await Task.Delay(Interval, clock, cancellation);
        }
    }

    private async Task<bool> Answers(HttpClient http, CancellationToken cancellation)
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

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} ended with exit code {Code}; it is started again in {Seconds} s")]
        public static partial void Died(ILogger logger, string program, int code, double seconds);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Program} runs again, as process {Pid}")]
        public static partial void Restarted(ILogger logger, string program, int pid);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Program} was started again, and did not get ready")]
        public static partial void NotReady(ILogger logger, string program, Exception error);
    }
}
