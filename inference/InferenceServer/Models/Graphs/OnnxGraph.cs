namespace LlmOps.Inference.Models.Graphs;

/// <summary>A model file's graph, opened so that its operators can be exchanged (onnx.proto: ModelProto, GraphProto).</summary>
internal sealed class OnnxGraph
{
    // Of files as of this version, an initializer that is an input too may be given anew with each run.
    private const int InputsMayReplace = 4;

    private const int ModelVersion = 1;
    private const int ModelGraph = 7;
    private const int ModelOperatorSet = 8;
    private const int SetDomain = 1;
    private const int SetVersion = 2;
    private const int NodeField = 1;
    private const int InitializerField = 5;
    private const int InputField = 11;
    private const int InputName = 1;

    private readonly List<ProtoField> _modelFields = [];
    private readonly List<ProtoField> _graphFields = [];
    private readonly Dictionary<string, WeightHeader> _weights = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);
    private readonly List<byte[]> _inputs = [];
    private readonly HashSet<string> _operatorSets = new(StringComparer.Ordinal);

    private long _version;

    private OnnxGraph()
    {
    }

    /// <summary>The operators; each comes after those whose results it takes.</summary>
    public List<GraphNode> Nodes { get; } = [];

    /// <summary>Opens a model file that was read whole.</summary>
    /// <exception cref="FormatException">The bytes are not such a message.</exception>
    public static OnnxGraph Read(ReadOnlyMemory<byte> model)
    {
        OnnxGraph graph = new();
        foreach (ProtoField field in ProtoField.Of(model))
        {
            if (field.Number == ModelVersion) graph._version = field.Integer;
            if (field.Number == ModelGraph) graph.Open(field.Content);
            else graph._modelFields.Add(field);
        }
        return graph;
    }

    /// <summary>A weight of the graph; null for what is computed or given.</summary>
    public WeightHeader? Weight(string name) => _version >= InputsMayReplace && _given.Contains(name) ? null : _weights.GetValueOrDefault(name);

    /// <summary>Makes a set of operators known.</summary>
    public void Use(string domain) => _operatorSets.Add(domain);

    /// <summary>Adds an input of 64-bit whole numbers in one dimension of a length of its own.</summary>
    public void AddIndices(string name)
    {
        // ValueInfoProto { name, type { tensor_type { elem_type: INT64, shape { dim { dim_param } } } } }
        byte[] dimension = ProtoField.Message(writer => ProtoField.Write(writer, 2, name));
        byte[] shape = ProtoField.Message(writer => ProtoField.Write(writer, 1, dimension));
        byte[] tensor = ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, WeightHeader.Int64);
            ProtoField.Write(writer, 2, shape);
        });
        byte[] type = ProtoField.Message(writer => ProtoField.Write(writer, 1, tensor));
        _inputs.Add(ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, name);
            ProtoField.Write(writer, 2, type);
        }));
    }

    /// <summary>The model with the changes that were made. Weights are copied once, since they may be nearly all of it.</summary>
    public byte[] ToBytes()
    {
        byte[] nodes = ProtoField.Message(graph => Nodes.ForEach(node => ProtoField.Write(graph, NodeField, ProtoField.Message(node.Write))));
        byte[] inputs = ProtoField.Message(graph => _inputs.ForEach(input => ProtoField.Write(graph, InputField, input)));
        int content = checked(nodes.Length + inputs.Length + _graphFields.Sum(field => field.Raw.Length));
        byte[] before = ProtoField.Message(model =>
        {
            foreach (ProtoField field in _modelFields) model.Write(field.Raw.Span);
            foreach (string domain in _operatorSets) ProtoField.Write(model, ModelOperatorSet, FirstVersionOf(domain));
            ProtoField.WriteHead(model, ModelGraph, content);
        });

        byte[] bytes = new byte[checked(before.Length + content)];
        using MemoryStream whole = new(bytes);
        whole.Write(before);
        whole.Write(nodes);
        foreach (ProtoField field in _graphFields) whole.Write(field.Raw.Span);
        whole.Write(inputs);
        return bytes;
    }

    private static byte[] FirstVersionOf(string domain) => ProtoField.Message(set =>
    {
        ProtoField.Write(set, SetDomain, domain);
        ProtoField.Write(set, SetVersion, 1);
    });

    private void Open(ReadOnlyMemory<byte> content)
    {
        foreach (ProtoField field in ProtoField.Of(content))
        {
            if (field.Number == NodeField)
            {
                Nodes.Add(GraphNode.Read(field.Content));
                continue;
            }
            _graphFields.Add(field);
            if (field.Number == InputField) _given.Add(ProtoField.Of(field.Content).LastOrDefault(part => part.Number == InputName).Text);
            if (field.Number == InitializerField && WeightHeader.Read(field.Content) is { } weight) _weights[weight.Name] = weight;
        }
    }
}
