using System.Text;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>Writes fields of protocol-buffer messages; parts of a message may be put one behind the other.</summary>
internal static class Proto
{
    public static byte[] Message(params IEnumerable<byte[]> fields) => [.. fields.SelectMany(field => field)];

    public static byte[] Integer(int field, long value) => [.. Varint((ulong)field << 3), .. Varint((ulong)value)];

    public static byte[] Float(int field, float value) => [.. Varint(((ulong)field << 3) | 5), .. BitConverter.GetBytes(value)];

    public static byte[] Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    public static byte[] Bytes(int field, byte[] content) => [.. Varint(((ulong)field << 3) | 2), .. Varint((ulong)content.Length), .. content];

    private static List<byte> Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7) bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }
}
