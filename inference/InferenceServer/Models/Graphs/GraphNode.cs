namespace LlmOps.Inference.Models.Graphs;

/// <summary>One operator of a graph (onnx.proto: NodeProto); its attributes are kept as they are written.</summary>
internal sealed class GraphNode
{
    private const int InputField = 1;
    private const int OutputField = 2;
    private const int TypeField = 4;
    private const int AttributeField = 5;
    private const int DomainField = 7;

    // AttributeProto.name and .i.
    private const int AttributeName = 1;
    private const int AttributeInteger = 3;

    private List<ProtoField> _rest = [];

    public List<string> Inputs { get; init; } = [];

    public List<string> Outputs { get; init; } = [];

    public string Type { get; init; } = "";

    /// <summary>Set of operators that the type belongs to; empty for ONNX's own.</summary>
    public string Domain { get; init; } = "";

    public static GraphNode Read(ReadOnlyMemory<byte> message)
    {
        ILookup<int, ProtoField> fields = ProtoField.Of(message).ToLookup(field => field.Number);
        return new GraphNode
        {
            Inputs = [.. fields[InputField].Select(field => field.Text)],
            Outputs = [.. fields[OutputField].Select(field => field.Text)],
            Type = fields[TypeField].LastOrDefault().Text,
            Domain = fields[DomainField].LastOrDefault().Text,
            _rest = [.. fields.Where(group => group.Key is not (InputField or OutputField or TypeField or DomainField)).SelectMany(group => group)],
        };
    }

    /// <summary>A whole number among the attributes; null where it is not written.</summary>
    public long? Integer(string name)
    {
        foreach (ProtoField attribute in _rest.Where(field => field.Number == AttributeField))
        {
            ILookup<int, ProtoField> fields = ProtoField.Of(attribute.Content).ToLookup(field => field.Number);
            if (fields[AttributeName].LastOrDefault().Text == name) return fields[AttributeInteger].LastOrDefault().Integer;
        }
        return null;
    }

    /// <summary>Adds a whole number to the attributes.</summary>
    public void Set(string name, long value)
    {
        const int TypeOfAttribute = 20;
        const int IsInteger = 2;
        byte[] content = ProtoField.Message(attribute =>
        {
            ProtoField.Write(attribute, AttributeName, name);
            ProtoField.Write(attribute, AttributeInteger, value);
            ProtoField.Write(attribute, TypeOfAttribute, IsInteger);
        });
        byte[] raw = ProtoField.Message(field => ProtoField.Write(field, AttributeField, content));
        _rest.Add(new ProtoField(AttributeField, raw, content));
    }

    public void Write(BinaryWriter writer)
    {
        foreach (string input in Inputs) ProtoField.Write(writer, InputField, input);
        foreach (string output in Outputs) ProtoField.Write(writer, OutputField, output);
        ProtoField.Write(writer, TypeField, Type);
        if (Domain.Length > 0) ProtoField.Write(writer, DomainField, Domain);
        foreach (ProtoField field in _rest) writer.Write(field.Raw.Span);
    }
}
