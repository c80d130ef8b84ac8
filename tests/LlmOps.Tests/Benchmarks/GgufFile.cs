using System.Text;

namespace LlmOps.Tests.Benchmarks;

/// <summary>Reads GGUF files of version 3 as ggml's own document describes them; for the types F32 and Q4_0.</summary>
internal sealed class GgufFile
{
    private readonly byte[] _bytes;
    private readonly Dictionary<string, (int Count, uint Type, long Offset)> _tensors = [];
    private readonly long _start;

    public GgufFile(string path)
    {
        _bytes = File.ReadAllBytes(path);
        using BinaryReader reader = new(new MemoryStream(_bytes));
        Assert.Equal("GGUF", Encoding.ASCII.GetString(reader.ReadBytes(4)));
        Assert.Equal(3u, reader.ReadUInt32());
        ulong tensors = reader.ReadUInt64();
        ulong keys = reader.ReadUInt64();
        for (ulong i = 0; i < keys; i++)
        {
            Text(reader);
            Skip(reader, reader.ReadUInt32());
        }
        for (ulong i = 0; i < tensors; i++)
        {
            string name = Text(reader);
            int count = Enumerable.Range(0, reader.ReadInt32()).Aggregate(1, (product, _) => product * (int)reader.ReadUInt64());
            _tensors.Add(name, (count, reader.ReadUInt32(), reader.ReadInt64()));
        }
        _start = (reader.BaseStream.Position + 31) / 32 * 32;
    }

    public float[] Read(string name)
    {
        (int count, uint type, long offset) = _tensors[name];
        int at = (int)(_start + offset);
        return type switch
        {
            0 => [.. Enumerable.Range(0, count).Select(i => BitConverter.ToSingle(_bytes, at + (4 * i)))],
            2 => [.. Enumerable.Range(0, count).Select(i => Q4(at + (i / 32 * 18), i % 32))],
            _ => throw new NotSupportedException($"type {type}"),
        };
    }

    private float Q4(int block, int index)
    {
        byte pair = _bytes[block + 2 + (index % 16)];
        return ((index < 16 ? pair & 15 : pair >> 4) - 8) * (float)BitConverter.ToHalf(_bytes, block);
    }

    private static string Text(BinaryReader reader) => Encoding.UTF8.GetString(reader.ReadBytes((int)reader.ReadUInt64()));

    private static void Skip(BinaryReader reader, uint kind)
    {
        switch (kind)
        {
            case 4 or 5 or 6: reader.ReadUInt32(); break;
            case 7: reader.ReadByte(); break;
            case 8: Text(reader); break;
            case 9:
                uint inner = reader.ReadUInt32();
                for (ulong left = reader.ReadUInt64(); left > 0; left--) Skip(reader, inner);
                break;
            default: throw new NotSupportedException($"kind {kind}");
        }
    }
}
