using System.Text;

namespace LlmOps.Inference.Models;

/// <summary>Walks through an ONNX file by its lengths, past the weights; the numbers of the fields are those of onnx.proto.</summary>
internal sealed class GraphWalk(BinaryReader reader)
{
    private const int LengthDelimited = 2;
    private const int MostDepth = 64;
    private const int MostTextBytes = 1 << 16;

    // What external data says of itself is a handful of short entries; tensors of equal entries are kept once.
    private const int MostEntries = 16;

    private readonly Dictionary<string, ExternalTensor> _external = [];

    /// <summary>Types of the graph's own operators.</summary>
    public HashSet<string> Operators { get; } = [];

    public HashSet<string> Inputs { get; } = [];

    /// <summary>Every operator with its domain, <c>domain:type</c>, of functions and of graphs within nodes too; functions and operator sets have no type.</summary>
    public HashSet<string> AllOperators { get; } = [];

    public IEnumerable<ExternalTensor> External => _external.Values;

    /// <summary>Walks from here to the end of the model.</summary>
    public void Model(long end)
    {
        foreach ((int field, long inner) in Fields(end, 7, 8, 20, 25))
        {
            if (field == 7) Graph(inner, depth: 0);
            else if (field == 8) OperatorSet(inner);
            else if (field == 20) Training(inner);
            else Function(inner);
        }
    }

    private void OperatorSet(long end) => AllOperators.Add($"{Named(end, 1).GetValueOrDefault(1, "")}:");

    private void Training(long end)
    {
        foreach ((_, long graph) in Fields(end, 1, 2)) Graph(graph, depth: 1);
    }

    private void Function(long end)
    {
        string domain = "";
        foreach ((int field, long inner) in Fields(end, 7, 10, 11))
        {
            if (field == 7) Node(inner, depth: 1);
            else if (field == 10) domain = Text(inner);
            else Attribute(inner, depth: 1);
        }
        AllOperators.Add($"{domain}:");
    }

    private void Graph(long end, int depth)
    {
        if (depth > MostDepth) throw new FormatException($"more than {MostDepth} graphs within each other");
        foreach ((int field, long inner) in Fields(end, 1, 5, 11, 15))
        {
            if (field == 1) Node(inner, depth);
            else if (field == 5) Tensor(inner);
            else if (field == 15) Sparse(inner);
            else if (depth == 0) Inputs.UnionWith(Named(inner, 1).Values);
        }
    }

    private void Node(long end, int depth)
    {
        string type = "", domain = "";
        foreach ((int field, long inner) in Fields(end, 4, 5, 7))
        {
            if (field == 4) type = Text(inner);
            else if (field == 7) domain = Text(inner);
            else Attribute(inner, depth);
        }
        AllOperators.Add($"{domain}:{type}");
        if (depth == 0) Operators.Add(type);
    }

    private void Attribute(long end, int depth)
    {
        foreach ((int field, long inner) in Fields(end, 5, 6, 10, 11, 22, 23))
        {
            if (field is 6 or 11) Graph(inner, depth + 1);
            else if (field is 5 or 10) Tensor(inner);
            else Sparse(inner);
        }
    }

    private void Sparse(long end)
    {
        foreach ((_, long tensor) in Fields(end, 1, 2)) Tensor(tensor);
    }

    private void Tensor(long end)
    {
        List<(string, string)> entries = [];
        foreach ((_, long inner) in Fields(end, 13))
        {
            Dictionary<int, string> entry = Named(inner, 1, 2);
            entries.Add((entry.GetValueOrDefault(1, ""), entry.GetValueOrDefault(2, "")));
            if (entries.Count > MostEntries) throw new FormatException($"more than {MostEntries} entries of external data");
        }
        if (entries.Count > 0) _external.TryAdd(string.Join('\0', entries), new ExternalTensor(entries));
    }

    // Of a text that stands twice the last counts, as for readers of protobuf.
    private Dictionary<int, string> Named(long end, params int[] fields)
    {
        Dictionary<int, string> found = [];
        foreach ((int field, long inner) in Fields(end, fields)) found[field] = Text(inner);
        return found;
    }

    private string Text(long end)
    {
        long length = end - reader.BaseStream.Position;
        return length <= MostTextBytes ? Encoding.UTF8.GetString(reader.ReadBytes((int)length)) : throw new FormatException($"a name of {length:N0} bytes");
    }

    /// <summary>Stops at the content of each field of these numbers and says where it ends; the caller reads of it what it wants.</summary>
    private IEnumerable<(int Field, long End)> Fields(long end, params int[] wanted)
    {
        Stream stream = reader.BaseStream;
        while (stream.Position < end)
        {
            long tag = reader.Read7BitEncodedInt64();
            long next = (tag & 7) switch
            {
                0 => AfterVarint(),
                1 => stream.Position + sizeof(long),
                LengthDelimited => AfterContent(),
                5 => stream.Position + sizeof(int),
                _ => throw new FormatException($"wire type {tag & 7} at byte {stream.Position}"),
            };
            if (next > end || next < stream.Position) throw new FormatException($"a field ends outside of its message at byte {stream.Position}");
            int field = (int)(tag >> 3);
            if ((tag & 7) == LengthDelimited && wanted.Contains(field)) yield return (field, next);
            stream.Position = next;
        }
    }

    private long AfterVarint()
    {
        reader.Read7BitEncodedInt64();
        return reader.BaseStream.Position;
    }

    private long AfterContent()
    {
        long length = reader.Read7BitEncodedInt64();
        return reader.BaseStream.Position + length;
    }
}
