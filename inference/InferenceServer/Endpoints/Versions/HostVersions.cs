using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>Serves versions for as long as the host lives: begins with the first, drains when it is told to stop, ends after the web server.</summary>
internal sealed class HostVersions(LiveVersion live, IHostApplicationLifetime host, TimeProvider clock) : IHostedLifecycleService
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);

    /// <summary>Why the first version could not be loaded, if so.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What ended the engine before its time, if something did.</summary>
    public Exception? Failure { get; private set; }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        ServedVersion first = live.Current!;
        _ = first.Start();
        _ = EndWith(first);
        return Task.CompletedTask;
    }

    /// <summary>Keeps the web server listening, no longer ready, until what it has taken is answered.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        live.Current?.Engine.Drain();
        while (live.Current is { Engine.Idle: false } && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Poll, clock, CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (live.Current is not { } last) return;
        last.Retire();
        // Out of time, the process ends with what is still under way.
        await last.Ended.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task EndWith(ServedVersion version)
    {
        try
        {
            await version.Ended;
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
