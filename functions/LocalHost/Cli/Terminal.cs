using Spectre.Console;

namespace LlmOps.LocalHost.Cli;

/// <summary>Where a command writes: colours for people; plain lines of one width for files and pipes.</summary>
internal static class Terminal
{
    /// <summary>Columns of a line in a file or a pipe, which have no width of their own.</summary>
    private const int PlainWidth = 150;

    public static IAnsiConsole Open(bool redirected)
    {
        if (!redirected)
        {
            return AnsiConsole.Create(new AnsiConsoleSettings());
        }
        IAnsiConsole plain = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No,
        });
        plain.Profile.Width = PlainWidth;
        plain.Profile.Capabilities.Unicode = true;
        return plain;
    }
}
