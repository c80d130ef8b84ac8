using LlmOps.Inference.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace LlmOps.Tests.Inference.Telemetry;

public sealed class OneLineConsoleTests
{
    [Fact]
    public void Record_is_one_line_whatever_a_library_says()
    {
        InvalidOperationException error = new("the file said \u001b[2J\r\nfail: forged[1] \u2028line\u202e\uD800");
        using StringWriter written = new();
        new OneLineConsole().Write(new LogEntry<string>(LogLevel.Error, "Engine", new EventId(2), "A request\nfailed", error, (state, _) => state), scopeProvider: null, written);
        string line = Assert.Single(written.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal("fail: Engine[2] A request failed System.InvalidOperationException: the file said [2J fail: forged[1] line", line);
    }

    [Fact]
    public void Text_is_cut_after_the_most_that_is_asked_for()
    {
        Assert.Equal("abc…", PlainText.OneLine("abcdef", most: 3));
        Assert.Equal("äö 😀", PlainText.OneLine("äö\t\u0000😀\n"));
    }
}
