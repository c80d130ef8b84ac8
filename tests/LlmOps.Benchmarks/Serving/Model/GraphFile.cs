using System.Globalization;
using System.Runtime.InteropServices;

namespace LlmOps.Benchmarks.Serving.Model;

/// <summary>
/// Collects the nodes of an ONNX graph; the field numbers are those of onnx.proto. Weights are written behind one another to a file of
/// their own while the graph grows, so that no more than one is ever in memory.
/// </summary>
internal sealed class GraphFile(Stream weights, string weightsName)
{
    public const int Float = 1;
    public const int Byte = 2;
    public const int Int32 = 6;
    public const int Int64 = 7;
    private const int Page = 4096;
    private const string Contrib = "com.microsoft";

    private readonly List<byte[]> _fields = [Proto.Text(2, "decoder")];
    private int _count;

    /// <summary>Adds a node and returns the name of its first output.</summary>
    public string Add(string type, IEnumerable<string> inputs, IEnumerable<string>? outputs = null, params (string Name, object Value)[] attributes)
    {
        string name = $"{type}_{_count++}";
        string[] results = [.. outputs ?? [name]];
        bool contrib = type is "MatMulNBits" or "GroupQueryAttention" or "SkipSimplifiedLayerNormalization";
        _fields.Add(Proto.Bytes(1, Proto.Message(
        [
            .. inputs.Select(input => Proto.Text(1, input)), .. results.Select(output => Proto.Text(2, output)),
            Proto.Text(3, $"node_{name}"), Proto.Text(4, type), .. attributes.Select(one => Proto.Bytes(5, Attribute(one.Name, one.Value))),
            .. contrib ? [Proto.Text(7, Contrib)] : Array.Empty<byte[]>(),
        ])));
        return results[0];
    }

    public string Constant(string name, params long[] values)
    {
        byte[] raw = MemoryMarshal.AsBytes(values.AsSpan()).ToArray();
        _fields.Add(Proto.Bytes(5, Proto.Message(Proto.Integer(1, values.Length), Proto.Integer(2, Int64), Proto.Text(8, name), Proto.Bytes(9, raw))));
        return name;
    }

    /// <summary>Adds a tensor whose bytes are written to the file of weights.</summary>
    public string Weight<T>(string name, int type, T[] values, params long[] shape) where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(values.AsSpan());
        while (weights.Position % Page != 0) weights.WriteByte(0);
        long offset = weights.Position;
        weights.Write(bytes);
        _fields.Add(Proto.Bytes(5, Proto.Message(
        [
            .. shape.Select(size => Proto.Integer(1, size)), Proto.Integer(2, type), Proto.Text(8, name),
            Entry("location", weightsName), Entry("offset", $"{offset}"), Entry("length", $"{bytes.Length}"), Proto.Integer(14, 1),
        ])));
        return name;
    }

    public void Input(string name, int type, params string[] shape) => _fields.Add(Proto.Bytes(11, Value(name, type, shape)));

    public void Output(string name, int type, params string[] shape) => _fields.Add(Proto.Bytes(12, Value(name, type, shape)));

    /// <summary>The whole file.</summary>
    public byte[] Model() => Proto.Message(
        Proto.Integer(1, 8), Proto.Text(2, "llmops-benchmarks"), Proto.Bytes(7, Proto.Message(_fields)),
        Proto.Bytes(8, Proto.Message(Proto.Text(1, ""), Proto.Integer(2, 14))), Proto.Bytes(8, Proto.Message(Proto.Text(1, Contrib), Proto.Integer(2, 1))));

    private static byte[] Entry(string key, string value) => Proto.Bytes(13, Proto.Message(Proto.Text(1, key), Proto.Text(2, value)));

    private static byte[] Attribute(string name, object value) => value switch
    {
        float number => Proto.Message(Proto.Text(1, name), Proto.Float(2, number), Proto.Integer(20, 1)),
        int number => Proto.Message(Proto.Text(1, name), Proto.Integer(3, number), Proto.Integer(20, 2)),
        _ => throw new ArgumentException($"{name}: {value.GetType()} is not written here", nameof(value)),
    };

    // Dimensions that are numbers are fixed, the others are names.
    private static byte[] Value(string name, int type, string[] shape)
    {
        IEnumerable<byte[]> sizes = shape.Select(size => Proto.Bytes(1, int.TryParse(size, CultureInfo.InvariantCulture, out int number) ? Proto.Integer(1, number) : Proto.Text(2, size)));
        byte[] tensor = Proto.Message(Proto.Integer(1, type), Proto.Bytes(2, Proto.Message(sizes)));
        return Proto.Message(Proto.Text(1, name), Proto.Bytes(2, Proto.Bytes(1, tensor)));
    }
}
