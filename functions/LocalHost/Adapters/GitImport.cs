using System.Buffers;
using System.Globalization;
using System.Text;

namespace LlmOps.LocalHost.Adapters;

/// <summary>Writes the input of `git fast-import`: a whole commit for one process, without an index or a work tree.</summary>
internal sealed class GitImport
{
    private const string Author = "LlmOps <llmops@localhost>";
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private readonly ArrayBufferWriter<byte> input = new();

    /// <summary>Starts a commit on a ref, on top of a parent or as the first one.</summary>
    public GitImport Commit(string reference, DateTimeOffset at, string message, string? parent)
    {
        Line($"commit {reference}");
        Line("mark :1");
        Line(string.Create(CultureInfo.InvariantCulture, $"committer {Author} {at.ToUnixTimeSeconds()} +0000"));
        Bytes(Utf8.GetBytes(message));
        if (parent is not null)
        {
            Line($"from {parent}");
        }
        return this;
    }

    /// <summary>Writes a file in the commit; the path must be a checked one.</summary>
    public GitImport Write(string path, byte[] content)
    {
        Line($"M 100644 inline {path}");
        Bytes(content);
        return this;
    }

    /// <summary>Writes a text in the commit, or deletes the file where the text is null.</summary>
    public GitImport Change(string path, string? text)
    {
        if (text is not null)
        {
            return Write(path, Utf8.GetBytes(text));
        }
        Line($"D {path}");
        return this;
    }

    /// <summary>Has git print the commit's SHA, and drops the ref: whoever moves a branch does so by compare-and-swap.</summary>
    public GitImport PrintAndDrop(string reference)
    {
        Line("get-mark :1");
        Line($"reset {reference}");
        Line($"from {new string('0', 40)}");
        return this;
    }

    /// <summary>The whole input. Git takes none without this end, so that a writer killed half-way commits nothing.</summary>
    public ReadOnlyMemory<byte> End()
    {
        Line("");
        Line("done");
        return input.WrittenMemory;
    }

    private void Bytes(byte[] content)
    {
        Line(string.Create(CultureInfo.InvariantCulture, $"data {content.Length}"));
        input.Write(content);
        Line("");
    }

    private void Line(string text) => input.Write(Utf8.GetBytes(text + "\n"));
}
