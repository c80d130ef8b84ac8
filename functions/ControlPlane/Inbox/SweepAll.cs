using System.Runtime.ExceptionServices;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>Looks for everything whose event was lost. What fails keeps nothing after it from its turn.</summary>
public sealed class SweepAll(
    SweepUploads uploads, RetryFailedUploads failed, ProposeSettings settings, RedeliverHooks hooks, TellDeadLetters letters)
{
    public async Task Handle(CancellationToken cancellation)
    {
        Func<CancellationToken, Task>[] sweeps = [uploads.Handle, failed.Handle, settings.Handle, hooks.Handle, letters.Handle];
        List<Exception> errors = [];
        foreach (Func<CancellationToken, Task> sweep in sweeps)
        {
            try
            {
                await sweep(cancellation);
            }
            catch (Exception error) when (!cancellation.IsCancellationRequested)
            {
                errors.Add(error);
            }
        }
        if (errors is [var only])
        {
            ExceptionDispatchInfo.Throw(only);
        }
        if (errors.Count > 0)
        {
            throw new AggregateException($"{errors.Count} sweeps of {sweeps.Length} failed", errors);
        }
    }
}
