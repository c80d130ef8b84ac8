using System.Buffers.Binary;

namespace LlmOps.Tests.Fakes;

/// <summary>The fields of a message in Protocol Buffers' wire format, by their numbers; the messages within are read when asked for.</summary>
internal sealed class WireFields
{
    private readonly List<(int Number, ulong Value, ReadOnlyMemory<byte> Bytes)> fields = [];

    public WireFields(ReadOnlyMemory<byte> message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint();
            (ulong value, int length) = (tag & 7) switch
            {
                0 => (Varint(), 0),
                1 => (BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), 8),
                2 => (0UL, (int)Varint()),
                5 => (BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), 4),
                _ => throw new FormatException($"wire type {tag & 7}"),
            };
            fields.Add(((int)(tag >> 3), value, message.Slice(at, length)));
            at += length;
        }

        ulong Varint()
        {
            ulong value = 0;
            for (int shift = 0; ; shift += 7)
            {
                byte next = message.Span[at++];
                value |= (ulong)(uint)(next & 127) << shift;
                if (next < 128) return value;
            }
        }
    }

    public IEnumerable<WireFields> All(int number) => fields.Where(field => field.Number == number).Select(field => new WireFields(field.Bytes));

    public WireFields? Find(int number) => All(number).FirstOrDefault();

    public string Text(int number) => System.Text.Encoding.UTF8.GetString(Bytes(number));

    public string Hex(int number) => Convert.ToHexStringLower(Bytes(number));

    public long? Number(int number) => fields.Where(field => field.Number == number).Select(field => (long?)field.Value).FirstOrDefault();

    /// <summary>Numbers that are packed, eight bytes each.</summary>
    public double[] Doubles(int number) =>
        [.. Bytes(number).Chunk(8).Select(eight => BitConverter.ToDouble(eight))];

    public byte[] Bytes(int number) => [.. fields.Where(field => field.Number == number).SelectMany(field => field.Bytes.ToArray())];
}
