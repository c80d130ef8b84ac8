using System.Collections.Concurrent;
using LlmOps.Inference.Models;

namespace LlmOps.Inference.Endpoints.Versions;

/// <summary>
/// Runs versions for as long as the host lives: begins with the first, drains all when it is told to stop, ends after the web server.
/// </summary>
internal sealed partial class HostVersions(LiveVersion live, OpenFirst open, IHostApplicationLifetime host, TimeProvider clock, ILogger<HostVersions> logger)
    : IHostedLifecycleService, IDisposable
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(10);
    private readonly ConcurrentDictionary<ServedVersion, byte> _running = [];
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Whether the process is about to end.</summary>
    public bool Stopping => _stopping.IsCancellationRequested;

    /// <summary>Versions whose memory is not released yet: loading, serving or draining.</summary>
    public ICollection<ServedVersion> Running => _running.Keys;

    /// <summary>
    /// Whether the process is to end while native code still loads weights, which nothing can stop: it must not wait for that, and not let
    /// the runtime's end and that code meet.
    /// </summary>
    public bool LeavesLoading { get; private set; }

    /// <summary>Why the first version could not be loaded, if so.</summary>
    public string? Refusal { get; private set; }

    /// <summary>What ended the engine before its time, if something did.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Starts a version; whether it is to serve is another matter.</summary>
    /// <returns>Ends when its weights are loaded and warmed up, fails with why they cannot be, or is cancelled when the server is about to end.</returns>
    public Task Begin(ServedVersion version)
    {
        _running[version] = 0;
        if (Stopping)
        {
            _running.TryRemove(version, out _);
            return Task.FromException(new OperationCanceledException("the server is about to end"));
        }
        Task loaded = version.Start();
        _ = Follow(version);
        return loaded.WaitAsync(_stopping.Token);
    }

    /// <summary>Answers for a version that has just begun to serve, whatever happened on the way there.</summary>
    public void Serves(ServedVersion version)
    {
        if (Stopping) version.Engine.Drain();
        if (version.Ended is { IsFaulted: true, Exception.InnerException: { } failure }) EndWith(failure);
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _ = live.Current is { } first ? Begin(first) : BeginFetched();
        return Task.CompletedTask;
    }

    /// <summary>Keeps the web server listening, no longer ready, until what it has taken is answered.</summary>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        Task told = _stopping.CancelAsync();
        live.Current?.Engine.Drain();
        await told;
        while (Running.Any(version => !version.Engine.Idle) && !cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(Poll, clock, CancellationToken.None);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        ServedVersion[] last = [.. Running];
        foreach (ServedVersion version in last) version.Retire();
        ILookup<bool, ServedVersion> loaded = last.ToLookup(version => version.Engine.Loaded.IsCompleted);
        foreach (ServedVersion version in loaded[false])
        {
            LeavesLoading = true;
            Log.LeftLoading(logger, version.Model.Version);
        }
        // Out of time, the process ends with what is still under way.
        await Task.WhenAll(loaded[true].Select(version => version.Ended)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _stopping.Dispose();

    // The web server listens while the first version is fetched, and says how far that is.
    private async Task BeginFetched()
    {
        try
        {
            ServedVersion first = await open.Fetched(_stopping.Token);
            live.Exchange(first);
            _ = Begin(first);
        }
        catch (OperationCanceledException) when (Stopping)
        {
            // Told to stop while it was being fetched; what came is kept.
        }
        catch (Exception e)
        {
            EndWith(e);
        }
    }

    private async Task Follow(ServedVersion version)
    {
        try
        {
            await version.Ended;
            Log.Released(logger, version.Model.Version);
        }
        catch (Exception) when (Stopping && !version.Engine.Loaded.IsCompletedSuccessfully)
        {
            // Nobody waits for it any more.
        }
        catch (Exception e) when (live.Current == version)
        {
            EndWith(e);
        }
        catch (Exception e)
        {
            // One that does not serve takes nobody with it but those it still had to answer.
            if (version.Engine.Loaded.IsCompletedSuccessfully) Log.DrainFailed(logger, version.Model.Version, e);
        }
        finally
        {
            _running.TryRemove(version, out _);
            // What was unloaded stays known, so that it can be told of; what its answers were held to is not needed for that.
            version.Model.Grammars.Forget();
            // Its buffers for logits are large and live in the collector's memory; the next version may need the room.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Default, blocking: false);
        }
    }

    // A server without its engine answers nothing; whoever started it starts it anew.
    private void EndWith(Exception e)
    {
        if (e is RefusedModelException) Refusal = e.Message;
        else Failure = e;
        host.StopApplication();
    }

    private static partial class Log
    {
        [LoggerMessage(4, LogLevel.Information, "{Version} has answered all it had taken; its memory is released")]
        public static partial void Released(ILogger logger, string version);

        [LoggerMessage(10, LogLevel.Information, "{Version} is still being loaded; the process ends without it")]
        public static partial void LeftLoading(ILogger logger, string version);

        [LoggerMessage(5, LogLevel.Error, "{Version} failed while it answered the last that it had taken")]
        public static partial void DrainFailed(ILogger logger, string version, Exception error);
    }
}
