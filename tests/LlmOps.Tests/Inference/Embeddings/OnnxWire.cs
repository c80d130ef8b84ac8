namespace LlmOps.Tests.Inference.Embeddings;

/// <summary>The fields of a protobuf message, as much of them as changing a model takes.</summary>
internal static class OnnxWire
{
    private const int LengthDelimited = 2;

    /// <summary>Each field of a message: its number, its content where it has a length, and all of its bytes.</summary>
    public static IEnumerable<(int Number, byte[] Content, byte[] Whole)> Fields(byte[] message)
    {
        using BinaryReader reader = new(new MemoryStream(message));
        while (reader.BaseStream.Position < message.Length)
        {
            int start = (int)reader.BaseStream.Position;
            long tag = reader.Read7BitEncodedInt64();
            byte[] content = [];
            switch (tag & 7)
            {
                case 0: reader.Read7BitEncodedInt64(); break;
                case LengthDelimited: content = reader.ReadBytes((int)reader.Read7BitEncodedInt64()); break;
                default: throw new NotSupportedException($"wire type {tag & 7}");
            }
            yield return ((int)(tag >> 3), content, message[start..(int)reader.BaseStream.Position]);
        }
    }

    /// <summary>A field with a length.</summary>
    public static byte[] Field(int number, byte[] content)
    {
        using MemoryStream bytes = new();
        using BinaryWriter writer = new(bytes);
        writer.Write7BitEncodedInt64((number << 3) | LengthDelimited);
        writer.Write7BitEncodedInt64(content.Length);
        writer.Write(content);
        return bytes.ToArray();
    }

    /// <summary>The text of a message's first field of this number, or "".</summary>
    public static string Text(byte[] message, int number) =>
        System.Text.Encoding.UTF8.GetString(Fields(message).FirstOrDefault(field => field.Number == number).Content ?? []);
}
