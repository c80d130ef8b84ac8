namespace LlmOps.Inference.Models.Fetching;

/// <summary>Writes a line now and then of how far a download is, and one at its end.</summary>
internal sealed partial class ReportProgress : IDisposable
{
    private readonly FetchProgress _progress;
    private readonly Release _release;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly ITimer _timer;
    private long _lastAt;
    private long _lastBytes;

    public ReportProgress(FetchProgress progress, Release release, TimeSpan every, TimeProvider clock, ILogger logger)
    {
        (_progress, _release, _clock, _logger) = (progress, release, clock, logger);
        _lastAt = clock.GetTimestamp();
        _timer = clock.CreateTimer(_ => Report(), null, every, every);
    }

    public void Dispose()
    {
        _timer.Dispose();
        Report();
    }

    private void Report()
    {
        if (_progress.Now is not { } now) return;
        long at = _clock.GetTimestamp();
        double seconds = _clock.GetElapsedTime(Interlocked.Exchange(ref _lastAt, at), at).TotalSeconds;
        long bytes = now.Received - Interlocked.Exchange(ref _lastBytes, now.Received);
        Log.Progress(_logger, _release.Model, _release.Version, now.Bytes, now.Total, seconds > 0 ? Math.Max(0, bytes / seconds) / 1e6 : 0);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "downloading {Model}@{Version}: {Bytes:N0} of {Total:N0} bytes, {Rate:0.0} MB/s")]
        public static partial void Progress(ILogger logger, string model, string version, long bytes, long total, double rate);
    }
}
