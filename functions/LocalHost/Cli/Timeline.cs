using System.Globalization;
using LlmOps.Audit;
using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Shows entries of the audit log as they are written: what the terminal says is what the log holds.</summary>
internal sealed class Timeline(Func<long, CancellationToken, Task<IReadOnlyList<AuditEntry>>> read, IAnsiConsole console) : IDisposable
{
    private const int KindWidth = 18;
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);
    private readonly SemaphoreSlim turn = new(1, 1);
    private int nameWidth = 18;
    private long shown;
    private DateTimeOffset? start;

    public void Dispose() => turn.Dispose();

    /// <summary>Shows what is new, until cancelled.</summary>
    public async Task Follow(Func<AuditEntry, bool> concerns, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested)
        {
            await ShowNew(concerns, CancellationToken.None);
            await Task.Delay(Poll, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Shows what is new since the last call.</summary>
    public async Task ShowNew(Func<AuditEntry, bool> concerns, CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
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
        finally
        {
            turn.Release();
        }
    }

    private void Show(AuditEntry entry)
    {
        start ??= entry.At;
        string at = (entry.At - start.Value).TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        string name = (entry.Model, entry.Version) switch
        {
            (null, _) => "–",
            (var model, null) => model,
            (var model, var version) => $"{model}@{version}",
        };
        nameWidth = Math.Max(nameWidth, name.Length);
        List<string> lines = Fold(entry.Text, console.Profile.Width - (11 + nameWidth + KindWidth));
        console.MarkupLine(
            $"[grey]{at,6} s[/] [bold]{Markup.Escape(name.PadRight(nameWidth))}[/] [{Colour(entry.Kind)}]{entry.Kind,-KindWidth}[/] {Markup.Escape(lines[0])}");
        string indent = new(' ', 10 + nameWidth + KindWidth + 1);
        foreach (string line in lines.Skip(1))
        {
            console.WriteLine(indent + line);
        }
    }

    /// <summary>Folds a text at spaces, so that what continues stands below its beginning.</summary>
    internal static List<string> Fold(string text, int width)
    {
        List<string> lines = [];
        string line = "";
        foreach (string word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > Math.Max(width, 20))
            {
                lines.Add(line);
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        return [.. lines, line];
    }

    private static string Colour(string kind) => kind switch
    {
        "GatesPassed" or "ShadowPassed" or "StepPassed" or "Promoted" or "RollbackReconciled" => "green",
        "GatesRefused" or "ShadowFailed" or "Rejected" or "AlertReceived" or "RolledBack" or "Stalled" => "red",
        "AlertEscalated" or "AlertIgnored" or "UploadIgnored" => "yellow",
        _ => "blue",
    };
}
