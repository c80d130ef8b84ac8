using System.ComponentModel;
using System.Globalization;
using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Processes;

namespace LlmOps.LocalHost.Cluster.Pods;

/// <summary>
/// One pod: it starts its process after a delay, asks it whether it is ready, restarts it when it crashes or hangs,
/// and, once stopped, lets it sleep, then SIGTERM, then SIGKILL. One task owns it; others see its status.
/// </summary>
internal sealed class Pod : IDisposable
{
    private const int LogLinesInEvents = 5;

    private readonly Node node;
    private readonly SlotEvents events;
    private readonly Action changed;
    private readonly Lock gate = new();
    private readonly CancellationTokenSource stop = new();
    private volatile PodStatus status;

    private Pod(string name, PodTemplate template, Node node, SlotEvents events, Action changed)
    {
        (Name, Template, this.node, this.events, this.changed) = (name, template, node, events, changed);
        status = new(PodPhase.Waiting, LoopbackPort.Free());
        Ended = Task.Run(Run);
    }

    public string Name { get; }

    public PodTemplate Template { get; }

    public PodStatus Status => status;

    public Uri Address => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{status.Port}"));

    /// <summary>Ends when nothing of the pod is left.</summary>
    public Task Ended { get; }

    /// <summary>Starts a pod; <paramref name="changed"/> is called, from any thread, whenever its status is another.</summary>
    public static Pod Start(string name, PodTemplate template, Node node, SlotEvents events, Action changed) =>
        new(name, template, node, events, changed);

    public void Stop()
    {
        Become(now => now with { Phase = PodPhase.Terminating, Ready = false });
        stop.Cancel();
    }

    public void Dispose() => stop.Dispose();

    private async Task Run()
    {
        RestartPause backOff = RestartPause.OfContainer();
        TimeSpan wait = node.StartDelay;
        while (await Sleep(wait))
        {
            DateTimeOffset startedAt = node.Clock.GetUtcNow();
            await TryRunOnce(startedAt);
            wait = backOff.After(node.Clock.GetUtcNow() - startedAt);
            if (!stop.IsCancellationRequested)
            {
                Become(now => now with { Phase = PodPhase.Waiting, Pid = null, StartedAt = null, Ready = false });
                events.Add("BackOff", $"{Name} restarts in {wait.TotalSeconds:0} s");
            }
        }
        Become(now => now with { Phase = PodPhase.Gone, Pid = null, StartedAt = null, Ready = false });
    }

    private async Task TryRunOnce(DateTimeOffset startedAt)
    {
        try
        {
            await RunOnce(startedAt);
        }
        catch (Exception error) when (error is IOException or Win32Exception)
        {
            events.Add("Failed", $"{Name} could not be started: {error.Message}");
        }
    }

    private async Task RunOnce(DateTimeOffset startedAt)
    {
        Become(now => now with { Port = Node.Port(now.Port) });
        using ChildProcess process = node.Launch(Template, Name, status.Port);
        Become(now => now with { Phase = PodPhase.Running, Pid = process.Id, StartedAt = startedAt });
        events.Add("Started", $"{Name} runs version {Template.Version} as process {process.Id} on port {status.Port}");

        using CancellationTokenSource life = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        TaskCompletionSource hung = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task stopped = Task.Delay(Timeout.Infinite, life.Token);
        Task watched = Task.WhenAll(WatchReadiness(life.Token), WatchLiveness(hung, life.Token));
        Task first = await Task.WhenAny(process.Exited, hung.Task, stopped);
        await life.CancelAsync();
        await watched.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        if (stop.IsCancellationRequested)
        {
            await Terminate(process);
        }
        else if (first == process.Exited)
        {
            string tail = string.Join('\n', LogTail.Read(node.LogFile(Name), LogLinesInEvents));
            events.Add("Crashed", $"{Name} ended with code {await process.Exited}; its last lines:\n{tail}");
        }
        else
        {
            events.Add("Unhealthy", $"{Name} failed its liveness probe; it is restarted");
            await process.Stop(Template.TerminationGrace, node.Clock);
        }
    }

    private async Task Terminate(ChildProcess process)
    {
        events.Add("Killing", $"{Name} is stopped within {Template.TerminationGrace.TotalSeconds:0} s");
        await Task.WhenAny(process.Exited, Task.Delay(Template.PreStop, node.Clock));
        await process.Stop(Template.TerminationGrace - Template.PreStop, node.Clock);
    }

    private Task WatchReadiness(CancellationToken cancellation) => node.Probes.Watch(Address, Template.Readiness, ready =>
    {
        Become(now => now with { Ready = ready, WasReady = now.WasReady || ready });
        events.Add(ready ? "Ready" : "Unready", $"{Name} {(ready ? "answers" : "does not answer")} {Template.Readiness.Path}");
    }, cancellation);

    private Task WatchLiveness(TaskCompletionSource hung, CancellationToken cancellation) => Template.Liveness is not { } liveness
        ? Task.CompletedTask
        : node.Probes.Watch(Address, liveness, alive =>
        {
            if (!alive)
            {
                hung.TrySetResult();
            }
        }, cancellation);

    private async Task<bool> Sleep(TimeSpan time)
    {
        await Task.Delay(time, node.Clock, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !stop.IsCancellationRequested;
    }

    /// <summary>A pod that was told to go does not come back: only the end follows.</summary>
    private void Become(Func<PodStatus, PodStatus> change)
    {
        lock (gate)
        {
            PodStatus next = change(status);
            bool leaving = status.Phase == PodPhase.Terminating && next.Phase != PodPhase.Gone;
            status = leaving ? next with { Phase = PodPhase.Terminating, Ready = false } : next;
        }
        changed();
    }
}
