using System.Globalization;
using System.Text;

namespace LlmOps.LocalHost.Stack;

/// <summary>Writes log lines to a file, so that the terminal belongs to the timeline.</summary>
internal sealed class FileLog : ILoggerProvider
{
    private readonly Lock gate = new();
    private readonly StreamWriter writer;

    public FileLog(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        writer = new StreamWriter(new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(false)) { AutoFlush = true };
    }

    public ILogger CreateLogger(string categoryName) => new Category(this, categoryName);

    public void Dispose() => writer.Dispose();

    private void Write(string line)
    {
        lock (gate)
        {
            writer.WriteLine(line);
        }
    }

    private sealed class Category(FileLog log, string name) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) =>
            logLevel >= (name.StartsWith("Microsoft.", StringComparison.Ordinal) || name.StartsWith("System.", StringComparison.Ordinal)
                ? LogLevel.Warning : LogLevel.Information);

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                string at = TimeProvider.System.GetUtcNow().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
                log.Write($"{at} {logLevel} {name}: {formatter(state, exception)}{(exception is null ? "" : $"\n{exception}")}");
            }
        }
    }
}

/// <summary>Adds the file log.</summary>
internal static class FileLogging
{
    public static ILoggingBuilder AddFile(this ILoggingBuilder logging, string path)
    {
        logging.Services.AddSingleton<ILoggerProvider>(_ => new FileLog(path));
        return logging;
    }
}
