using System.Net.Http.Headers;
using Polly;
using Polly.Retry;

namespace LlmOps.Inference.Models.Fetching;

/// <summary>Sends a request again while that may help: with growing pauses, and chance in them, or the pause that the origin asks for.</summary>
internal sealed class Retrying(FetchOptions options, TimeProvider clock)
{
    private readonly ResiliencePipeline _pipeline = new ResiliencePipelineBuilder { TimeProvider = clock }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<TransientFetchException>(),
            MaxRetryAttempts = options.Tries - 1,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            Delay = options.FirstPause,
            MaxDelay = options.LongestPause,
            DelayGenerator = failed => new ValueTask<TimeSpan?>(
                failed.Outcome.Exception is TransientFetchException { After: { } asked } ? (asked < options.LongestPause ? asked : options.LongestPause) : null),
        })
        .Build();

    /// <exception cref="RefusedModelException">The last try failed too.</exception>
    public async Task<T> Run<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        try
        {
            return await _pipeline.ExecuteAsync(async stop => await Once(act, stop), cancellation);
        }
        catch (TransientFetchException e)
        {
            // Who was told to stop has given up nothing.
            cancellation.ThrowIfCancellationRequested();
            throw new RefusedModelException($"{e.Message}; given up after {options.Tries} tries");
        }
    }

    /// <summary>The pause that an answer asks for, if it asks for one.</summary>
    public static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now)
    {
        TimeSpan? asked = header?.Delta ?? (header?.Date is { } date ? date - now : null);
        return asked is { } pause && pause < TimeSpan.Zero ? TimeSpan.Zero : asked;
    }

    // An origin that falls silent is cancelled from within, and not by who waits for the version.
    private async Task<T> Once<T>(Func<CancellationToken, Task<T>> act, CancellationToken cancellation)
    {
        try
        {
            return await act(cancellation);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new TransientFetchException($"the connection failed: {(e.InnerException ?? e).Message}");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new TransientFetchException($"nothing came for {options.Silence.TotalSeconds:0.#} s");
        }
    }
}
