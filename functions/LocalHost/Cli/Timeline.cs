using System.Globalization;
using LlmOps.Audit;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Shows entries of the audit log as they are written: what the terminal says is what the log holds.</summary>
internal sealed class Timeline(Func<long, CancellationToken, Task<IReadOnlyList<AuditEntry>>> read, IAnsiConsole console)
{
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private long shown;
    private DateTimeOffset? start;

    /// <summary>Shows what is new, until cancelled.</summary>
    public async Task Follow(Func<AuditEntry, bool> concerns, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await ShowNew(concerns, cancellation);
            await Task.Delay(Poll, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Shows what is new since the last call.</summary>
    public async Task ShowNew(Func<AuditEntry, bool> concerns, CancellationToken cancellation)
    {
        foreach (AuditEntry entry in await read(shown, cancellation))
        {
            shown = entry.Sequence;
            if (concerns(entry))
            {
                Show(entry);
            }
        }
    }

    private void Show(AuditEntry entry)
    {
        start ??= entry.At;
        string at = (entry.At - start.Value).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        console.MarkupLineInterpolated(
            $"[grey]{at,7}s[/] [bold]{entry.Model}@{entry.Version,-9}[/] [{Colour(entry.Kind)}]{entry.Kind,-18}[/] {entry.Text}");
    }

    private static string Colour(string kind) => kind switch
    {
        "GatesPassed" or "StepPassed" or "Promoted" or "RollbackReconciled" => "green",
        "GatesRefused" or "Rejected" or "AlertReceived" or "RolledBack" or "Stalled" => "red",
        "AlertEscalated" or "AlertIgnored" or "UploadIgnored" => "yellow",
        _ => "blue",
    };
}
