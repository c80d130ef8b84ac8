using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace LlmOps.Inference.Telemetry;

/// <summary>Writes a record a line, exceptions included, whatever characters libraries, files and clients have put into it.</summary>
internal sealed class OneLineConsole() : ConsoleFormatter(FormatName)
{
    public const string FormatName = "one-line";

    // Far more than a stack trace takes; prompts are cut before.
    private const int MostCharacters = 64 * 1024;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (logEntry.Exception is { } error) message += $" {error}";
        textWriter.WriteLine($"{Word(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {PlainText.OneLine(message, MostCharacters)}");
    }

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        _ => "crit",
    };
}
