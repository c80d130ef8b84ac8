using LlmOps.Inference.Models.Graphs;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>Fields of protocol-buffer messages as bytes; parts of a message may be put one behind the other.</summary>
internal static class Proto
{
    private const int FourBytes = 5;

    public static byte[] Message(params IEnumerable<byte[]> fields) => [.. fields.SelectMany(field => field)];

    public static byte[] Integer(int field, long value) => ProtoField.Message(writer => ProtoField.Write(writer, field, value));

    public static byte[] Float(int field, float value) => ProtoField.Message(writer =>
    {
        writer.Write7BitEncodedInt((field << 3) | FourBytes);
        writer.Write(value);
    });

    public static byte[] Text(int field, string value) => ProtoField.Message(writer => ProtoField.Write(writer, field, value));

    public static byte[] Bytes(int field, byte[] content) => ProtoField.Message(writer => ProtoField.Write(writer, field, content));
}
