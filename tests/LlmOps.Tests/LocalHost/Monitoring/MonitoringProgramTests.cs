using System.Net;
using LlmOps.LocalHost.Monitoring;
using LlmOps.LocalHost.Processes;
using LlmOps.Tests.Fakes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.LocalHost.Monitoring;

/// <summary>A program that is kept alive: `sleep`, for which the test answers that it is ready.</summary>
public sealed class MonitoringProgramTests : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("llmops-kept-").FullName;
    private readonly ManualClock clock = new();
    private readonly Lines lines = new();
    private readonly WebApplication answers;

    public MonitoringProgramTests()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        answers = builder.Build();
        answers.Urls.Add($"http://{IPAddress.Loopback}:0");
        answers.MapGet("/-/ready", () => Results.Ok());
    }

    private string Pids => Path.Combine(folder, "pids");

    [Fact]
    public async Task A_program_that_dies_is_started_again_after_growing_pauses()
    {
        await answers.StartAsync();
        await using MonitoringProgram program = await Start();
        program.KeepAlive(lines);
        foreach ((int round, double seconds) in new[] { (1, 1.0), (2, 2.0), (3, 4.0) })
        {
            Posix.Signal(Started(round)[^1], Posix.Kill);
            await Eventually.True(() => lines.All.Any(line => line.EndsWith($"ended with exit code 137; it is started again in {seconds} s", StringComparison.Ordinal)));
            await Eventually.True(() => clock.Waiting > 0);
            clock.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.Equal(round, Started(round).Length);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            await Eventually.True(() => lines.All.Count(line => line.Contains("runs again", StringComparison.Ordinal)) == round);
            await Eventually.True(() => Started().Length == round + 1);
        }
    }

    [Fact]
    public async Task One_that_was_stopped_stays_so()
    {
        await answers.StartAsync();
        MonitoringProgram program = await Start();
        program.KeepAlive(lines);
        Assert.Single(Started(1));
        await program.DisposeAsync();
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Empty(lines.All);
        Assert.Single(Started());
        Assert.Null(ProcFs.StartTime(Started()[0]));
    }

    [Fact]
    public void The_pause_grows_to_half_a_minute_and_is_short_again_after_a_good_minute()
    {
        RestartPause pause = RestartPause.OfProgram();
        Assert.Equal([1, 2, 4, 8, 16, 30, 30], Enumerable.Range(0, 7).Select(_ => pause.After(TimeSpan.FromSeconds(59)).TotalSeconds));
        Assert.Equal([1, 2], new[] { 60, 59 }.Select(ran => pause.After(TimeSpan.FromSeconds(ran)).TotalSeconds));
    }

    public async ValueTask DisposeAsync()
    {
        await answers.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    private Task<MonitoringProgram> Start() => MonitoringProgram.Start(
        new ChildCommand(["/bin/sh", "-c", "echo $$ >>\"$0\"; exec sleep 600", Pids], Path.Combine(folder, "log")),
        new Uri(answers.Urls.Single()), new ProcessRegister(Path.Combine(folder, "processes.json")), clock, default);

    private int[] Started() => File.Exists(Pids) ? [.. File.ReadAllLines(Pids).Select(int.Parse)] : [];

    private int[] Started(int atLeast)
    {
        Assert.True(SpinWait.SpinUntil(() => Started().Length >= atLeast, Eventually.Patience));
        return Started();
    }

    private sealed class Lines : ILogger
    {
        private readonly List<string> all = [];

        public IReadOnlyList<string> All
        {
            get
            {
                lock (all)
                {
                    return [.. all];
                }
            }
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (all)
            {
                all.Add(formatter(state, exception));
            }
        }
    }
}
