using System.Text;

namespace LlmOps.Tests.Fakes;

/// <summary>ONNX files built byte by byte, by the field numbers of onnx.proto.</summary>
internal static class OnnxBytes
{
    public static byte[] Join(params byte[][] parts) => [.. parts.SelectMany(part => part)];

    public static byte[] Varint(ulong value)
    {
        List<byte> bytes = [];
        for (; value >= 0x80; value >>= 7)
        {
            bytes.Add((byte)(value | 0x80));
        }
        return [.. bytes, (byte)value];
    }

    public static byte[] Integer(int field, ulong value) => Join(Varint((ulong)field << 3), Varint(value));

    public static byte[] Bytes(int field, params byte[][] content) =>
        Join(Varint(((ulong)field << 3) | 2), Varint((ulong)content.Sum(part => part.Length)), Join(content));

    public static byte[] Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    /// <summary>A model of operator set 14 around what stands in its graph.</summary>
    public static byte[] Model(params byte[][] graph) => Join(Head, Bytes(7, graph));

    public static byte[] Head => Join(Integer(1, 8), Bytes(8, Text(1, ""), Integer(2, 14)));

    public static byte[] Node(string operation, string domain = "", params byte[][] attributes) =>
        Bytes(1, Calls(operation, domain, attributes));

    /// <summary>A node as the body of whatever field holds it.</summary>
    public static byte[] Calls(string operation, string domain = "", params byte[][] attributes) =>
        Join(Text(1, "x"), Text(2, "y"), Text(3, $"node {operation}"), Text(4, operation), Text(7, domain), Join([.. attributes.Select(one => Bytes(5, one))]));

    /// <summary>An attribute that holds a graph.</summary>
    public static byte[] Branch(params byte[][] graph) => Join(Text(1, "then_branch"), Integer(20, 5), Bytes(6, graph));

    public static byte[] Function(string name, string domain, params string[] calls) =>
        Bytes(25, Text(1, name), Text(10, domain), Join([.. calls.Select(callee => Bytes(7, Calls(callee, domain)))]));

    /// <summary>A tensor whose bytes lie elsewhere: keys and values in turn.</summary>
    public static byte[] External(params string[] entries) => Bytes(5,
        Integer(1, 4), Integer(2, 1), Text(8, "weights"), Join([.. entries.Chunk(2).Select(entry => Bytes(13, Text(1, entry[0]), Text(2, entry[1])))]), Integer(14, 1));

    /// <summary>A tensor with its bytes in it.</summary>
    public static byte[] Tensor(string name, byte[] raw) => Bytes(5, Integer(1, (ulong)raw.Length), Integer(2, 2), Text(8, name), Bytes(9, raw));
}
