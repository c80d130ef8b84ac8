using System.Text;

namespace LlmOps.Inference.Models;

/// <summary>
/// What a model file's graph is made of: the types of its operators and the names of its inputs and outputs, each once. Only these fields of
/// the message are read (onnx.proto), and the weights are skipped. Graphs inside of nodes are not looked into.
/// </summary>
internal sealed record GraphSummary(IReadOnlySet<string> Operators, IReadOnlySet<string> Inputs, IReadOnlySet<string> Outputs)
{
    // ModelProto.graph; GraphProto.node, .input and .output; NodeProto.op_type; ValueInfoProto.name.
    private const int Graph = 7;
    private const int Node = 1;
    private const int Input = 11;
    private const int Output = 12;
    private const int OpType = 4;
    private const int Name = 1;
    private const int LengthDelimited = 2;

    /// <exception cref="RefusedModelException">The file is not such a message.</exception>
    public static GraphSummary Read(string path)
    {
        HashSet<string> operators = [], inputs = [], outputs = [];
        using FileStream file = File.OpenRead(path);
        using BinaryReader reader = new(file);
        try
        {
            foreach ((_, long graphEnd) in Fields(reader, file.Length, Graph))
            {
                foreach ((int field, long end) in Fields(reader, graphEnd, Node, Input, Output))
                {
                    foreach ((_, long nameEnd) in Fields(reader, end, field == Node ? OpType : Name))
                    {
                        (field == Node ? operators : field == Input ? inputs : outputs).Add(Encoding.UTF8.GetString(reader.ReadBytes((int)(nameEnd - file.Position))));
                    }
                }
            }
        }
        catch (Exception e) when (e is FormatException or EndOfStreamException)
        {
            throw new RefusedModelException($"{Path.GetFileName(path)}: not an ONNX model ({e.Message})");
        }
        return new GraphSummary(operators, inputs, outputs);
    }

    /// <summary>Stops at the content of each field of these numbers and says where it ends; the caller reads of it what it wants.</summary>
    private static IEnumerable<(int Field, long End)> Fields(BinaryReader reader, long end, params int[] wanted)
    {
        Stream stream = reader.BaseStream;
        while (stream.Position < end)
        {
            long tag = reader.Read7BitEncodedInt64();
            long next = (tag & 7) switch
            {
                0 => AfterVarint(reader),
                1 => stream.Position + sizeof(long),
                LengthDelimited => AfterContent(reader),
                5 => stream.Position + sizeof(int),
                _ => throw new FormatException($"wire type {tag & 7} at byte {stream.Position}"),
            };
            if (next > end || next < stream.Position) throw new FormatException($"a field ends outside of its message at byte {stream.Position}");
            int field = (int)(tag >> 3);
            if ((tag & 7) == LengthDelimited && wanted.Contains(field)) yield return (field, next);
            stream.Position = next;
        }
    }

    private static long AfterVarint(BinaryReader reader)
    {
        reader.Read7BitEncodedInt64();
        return reader.BaseStream.Position;
    }

    private static long AfterContent(BinaryReader reader)
    {
        long length = reader.Read7BitEncodedInt64();
        return reader.BaseStream.Position + length;
    }
}
