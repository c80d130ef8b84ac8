using System.Globalization;
using System.Text;

namespace LlmOps.LocalHost.Adapters;

/// <summary>
/// Reads the answers of `git cat-file --batch`, one a question: `SHA TYPE SIZE`, the bytes and a line end, or `… missing`.
/// </summary>
internal sealed class GitObjects(byte[] output)
{
    private int position;

    /// <summary>The type and the bytes of the next object, or null when git has no such object.</summary>
    public (string Type, ReadOnlyMemory<byte> Content)? Next()
    {
        int end = Array.IndexOf(output, (byte)'\n', position);
        string[] header = Encoding.UTF8.GetString(output, position, end - position).Split(' ');
        position = end + 1;
        if (!int.TryParse(header[^1], CultureInfo.InvariantCulture, out int size))
        {
            return null;
        }
        ReadOnlyMemory<byte> content = output.AsMemory(position, size);
        position += size + 1;
        return (header[1], content);
    }
}
