using System.Text;
using System.Text.RegularExpressions;

namespace LlmOps.Ports;

/// <summary>Which names and batches every store takes, so that what works in one works in all.</summary>
public static partial class BlobRules
{
    /// <summary>Characters in a name: the limit of Azure Storage.</summary>
    public const int MaxNameLength = 1024;

    /// <summary>UTF-8 bytes between two slashes: the limit of the usual file systems.</summary>
    public const int MaxSegmentBytes = 255;

    /// <summary>Bytes in one append: the limit of a block of an Azure append blob.</summary>
    public const int MaxAppendBytes = 4 << 20;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Throws <see cref="ArgumentException"/> unless the container and the blob may be called so.</summary>
    public static void Check(string container, string name)
    {
        CheckContainer(container);
        if (Fault(name) is { } fault)
        {
            throw new ArgumentException($"'{Printable(name)}' is no blob name: {fault}", nameof(name));
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless a container may be called so.</summary>
    public static void CheckContainer(string container)
    {
        if (!ContainerName().IsMatch(container))
        {
            throw new ArgumentException(
                $"'{Printable(container)}' is no container name: 3 to 63 lower-case letters, digits and single hyphens", nameof(container));
        }
    }

    /// <summary>Throws <see cref="ArgumentException"/> unless a batch has 1 to <see cref="MaxAppendBytes"/> bytes.</summary>
    public static void CheckBatch(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length is < 1 or > MaxAppendBytes)
        {
            throw new ArgumentException($"a batch of {bytes.Length} bytes; an append takes 1 to {MaxAppendBytes}", nameof(bytes));
        }
    }

    /// <summary>Whether a blob may be called so.</summary>
    public static bool IsName(string name) => Fault(name) is null;

    private static string? Fault(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"it has {name.Length} characters, not 1 to {MaxNameLength}";
        }
        if (name.Any(char.IsControl) || name.Contains('\\', StringComparison.Ordinal))
        {
            return "it holds a control character or a backslash";
        }
        return name.Split('/').Select(SegmentFault).FirstOrDefault(fault => fault is not null);
    }

    private static string? SegmentFault(string segment)
    {
        if (segment.Length == 0)
        {
            return "it has an empty part (a slash first, last or twice)";
        }
        if (segment[^1] == '.')
        {
            return $"its part '{segment}' ends with a dot";
        }
        try
        {
            return Utf8.GetByteCount(segment) > MaxSegmentBytes ? $"one of its parts is longer than {MaxSegmentBytes} bytes" : null;
        }
        catch (EncoderFallbackException)
        {
            return "it is not valid Unicode";
        }
    }

    private static string Printable(string name) =>
        string.Concat(name.Take(80).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));

    [GeneratedRegex(@"\A(?=.{3,63}\z)[a-z0-9]+(-[a-z0-9]+)*\z")]
    private static partial Regex ContainerName();
}
