namespace LlmOps.Inference.Models.Graphs;

/// <summary>What a graph says of one of its weights (onnx.proto: TensorProto); the values are not read.</summary>
/// <param name="Name">The weight's name.</param>
/// <param name="Type">Type of its values (TensorProto.DataType).</param>
/// <param name="Shape">Its dimensions.</param>
internal sealed record WeightHeader(string Name, long Type, IReadOnlyList<long> Shape)
{
    public const long Float = 1;
    public const long Byte = 2;
    public const long Int64 = 7;

    private const int ShapeField = 1;
    private const int TypeField = 2;
    private const int NameField = 8;

    /// <summary>Reads the header; null where it has no name.</summary>
    public static WeightHeader? Read(ReadOnlyMemory<byte> message)
    {
        (string? name, long type) = (null, 0);
        List<long> shape = [];
        foreach (ProtoField field in ProtoField.Of(message))
        {
            if (field.Number == ShapeField) shape.AddRange(field.Integers);
            else if (field.Number == NameField) name = field.Text;
            else if (field.Number == TypeField) type = field.Integer;
        }
        return name is null ? null : new WeightHeader(name, type, shape);
    }
}
