using LlmOps.LocalHost.Cluster.Manifests;

namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>Asks a pod in rounds, as a kubelet does: one success means well, a number of failures in a row means not.</summary>
internal sealed class ProbeRounds(HttpClient http, TimeProvider clock)
{
    /// <summary>Reports each change of mind, until cancelled. A pod is not well until its first success.</summary>
    public async Task Watch(Uri pod, ProbeSpec probe, Action<bool> changed, CancellationToken cancellation)
    {
        Uri target = new(pod, probe.Path);
        using PeriodicTimer rounds = new(probe.Period, clock);
        bool? well = null;
        int failures = 0;
        do
        {
            failures = await Answers(target, probe.Timeout, cancellation) ? 0 : failures + 1;
            bool? verdict = failures == 0 ? true : failures >= probe.FailureThreshold ? false : well;
            if (verdict is { } found && found != well)
            {
                well = found;
                changed(found);
            }
        }
        while (await rounds.WaitForNextTickAsync(cancellation));
    }

    private async Task<bool> Answers(Uri target, TimeSpan timeout, CancellationToken cancellation)
    {
        using CancellationTokenSource deadline = new(timeout, clock);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            using HttpResponseMessage response = await http.GetAsync(target, either.Token);
            return (int)response.StatusCode is >= 200 and < 400;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }
}
