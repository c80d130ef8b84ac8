using System.Text;

namespace LlmOps.Inference.Models.Graphs;

/// <summary>A field of a protobuf message as it lies in memory.</summary>
/// <param name="Number">Number of the field.</param>
/// <param name="Raw">The field as it is written, tag included.</param>
/// <param name="Content">What follows the tag, without the length where there is one.</param>
internal readonly record struct ProtoField(int Number, ReadOnlyMemory<byte> Raw, ReadOnlyMemory<byte> Content)
{
    public string Text => Encoding.UTF8.GetString(Content.Span);

    /// <summary>The value of a field of whole numbers; 0 of one that is not written, as for readers of protobuf.</summary>
    public long Integer
    {
        get
        {
            if (Content.IsEmpty) return 0;
            int position = 0;
            return (long)Varint(Content.Span, ref position);
        }
    }

    /// <summary>Values of a field of whole numbers that repeats; one where each has a field of its own.</summary>
    public IEnumerable<long> Integers
    {
        get
        {
            for (int position = 0; position < Content.Length;) yield return (long)Varint(Content.Span, ref position);
        }
    }

    /// <summary>All fields of a message, in order.</summary>
    /// <exception cref="FormatException">The bytes are not such a message.</exception>
    public static IEnumerable<ProtoField> Of(ReadOnlyMemory<byte> message)
    {
        for (int position = 0; position < message.Length;)
        {
            int start = position;
            ulong tag = Varint(message.Span, ref position);
            int content = position;
            long end = (tag & 7) switch
            {
                0 => After(message.Span, position),
                1 => position + sizeof(long),
                2 => (long)Varint(message.Span, ref content) + content,
                5 => position + sizeof(int),
                _ => throw new FormatException($"wire type {tag & 7} at byte {start}"),
            };
            if (end > message.Length || end < content) throw new FormatException($"a field ends outside of its message at byte {start}");
            position = (int)end;
            yield return new ProtoField((int)(tag >> 3), message[start..position], message[content..position]);
        }
    }

    /// <summary>Writes a field of bytes.</summary>
    public static void Write(BinaryWriter writer, int number, ReadOnlySpan<byte> content)
    {
        WriteHead(writer, number, content.Length);
        writer.Write(content);
    }

    /// <summary>Writes what stands before so many bytes of a field.</summary>
    public static void WriteHead(BinaryWriter writer, int number, int length)
    {
        writer.Write7BitEncodedInt((number << 3) | 2);
        writer.Write7BitEncodedInt(length);
    }

    public static void Write(BinaryWriter writer, int number, string text) => Write(writer, number, Encoding.UTF8.GetBytes(text));

    public static void Write(BinaryWriter writer, int number, long value)
    {
        writer.Write7BitEncodedInt(number << 3);
        writer.Write7BitEncodedInt64(value);
    }

    /// <summary>A message of what is written.</summary>
    public static byte[] Message(Action<BinaryWriter> write)
    {
        using MemoryStream message = new();
        using BinaryWriter writer = new(message);
        write(writer);
        writer.Flush();
        return message.ToArray();
    }

    private static int After(ReadOnlySpan<byte> message, int position)
    {
        Varint(message, ref position);
        return position;
    }

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 70; shift += 7)
        {
            if (position == bytes.Length) throw new FormatException("the message ends within a number");
            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80) return value;
        }
        throw new FormatException($"a number of more than 64 bits at byte {position}");
    }
}
