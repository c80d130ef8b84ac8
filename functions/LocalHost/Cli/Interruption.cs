using System.Runtime.InteropServices;

namespace LlmOps.LocalHost.Cli;

/// <summary>
/// Ctrl-C, SIGTERM and a closed terminal as a cancellation, so that a command can stop what it started. The second one
/// is the system's: it ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource interrupted = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() => registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop),
    ];

    public CancellationToken Token => interrupted.Token;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in registrations)
        {
            registration.Dispose();
        }
        interrupted.Dispose();
    }

    private void Stop(PosixSignalContext signal)
    {
        if (!interrupted.IsCancellationRequested)
        {
            signal.Cancel = true;
            interrupted.Cancel();
        }
    }
}
