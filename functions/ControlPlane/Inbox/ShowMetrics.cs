using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Inbox;

/// <summary>
/// Tells Prometheus what people are alerted of: releases that are not at their end, rollbacks that Git is owed, dead letters,
/// and whether Git answers. It shows the bearer token that Alertmanager shows, too.
/// </summary>
public sealed class ShowMetrics(ReleaseStore releases, IMessageBus bus, IGitHost git, ControlPlaneOptions options, TimeProvider clock)
{
    private const int MostCounted = 100;
    private static readonly TimeSpan GitPatience = TimeSpan.FromSeconds(5);

    public async Task<Receipt> Handle(string? authorization, CancellationToken cancellation)
    {
        if (!Credentials.IsBearer(authorization, options.AlertmanagerTokens))
        {
            return new Receipt(401, "the bearer token is missing or wrong");
        }
        Dictionary<string, int> deadLetters = [];
        foreach (string queue in (string[])[Queues.Work, Queues.Rollback, Queues.Events])
        {
            deadLetters[queue] = (await bus.PeekDeadLetters(queue, MostCounted, cancellation)).Count;
        }
        return new Receipt(200, MetricsText.Of(await releases.List(null, cancellation), deadLetters, await GitAnswers(cancellation)));
    }

    private async Task<bool> GitAnswers(CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(GitPatience, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await git.Head(options.Branch, both.Token).WaitAsync(both.Token);
            return true;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return false;   // whatever it throws: what matters is that a revert could not be committed now
        }
    }
}
