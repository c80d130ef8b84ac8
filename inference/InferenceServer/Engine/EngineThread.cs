using LlmOps.Inference.Models;

namespace LlmOps.Inference.Engine;

/// <summary>Runs the engine for as long as the host lives: begins with it, drains when it is told to stop, ends after the web server.</summary>
internal sealed class EngineThread(InferenceEngine engine, IHostApplicationLifetime host, TimeProvider clock) : IHostedLifecycleService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private Task _run = Task.CompletedTask;

    /// <summary>Why the model could not be loaded, if so.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What ended the engine before its time, if something did.</summary>
    public Exception? Failure { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _run = Task.Factory.StartNew(Run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        return Task.CompletedTask;
    }

    /// <summary>Keeps the web server listening, no longer ready, until what it has taken is answered.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        engine.Drain();
        while (!engine.Idle && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Poll, clock, CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        engine.Complete();
        // Out of time, the process ends with what is still under way.
        await _run.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Run()
    {
        try
        {
            engine.Run();
        }
        catch (RefusedModelException e)
        {
            Refusal = e.Message;
            host.StopApplication();
        }
        catch (Exception e)
        {
            // A server without its engine answers nothing; whoever started it starts it anew.
            Failure = e;
            host.StopApplication();
        }
    }
}
