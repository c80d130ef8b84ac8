using LlmOps.Inference.Models.Graphs;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>A product with random weights, and a model file that computes it with an operator of ONNX Runtime's.</summary>
internal abstract class RandomProduct
{
    protected const int FloatType = 1;

    /// <summary>A model with the input x and an output for each product: y0, y1, …</summary>
    public static byte[] Model(params RandomProduct[] products) => ProtoField.Message(model =>
    {
        ProtoField.Write(model, 1, 8);
        ProtoField.Write(model, 7, ProtoField.Message(graph => WriteGraph(graph, products)));
        foreach ((string domain, long version) in new[] { ("", 14L), ("com.microsoft", 1L) })
        {
            ProtoField.Write(model, 8, ProtoField.Message(set =>
            {
                ProtoField.Write(set, 1, domain);
                ProtoField.Write(set, 2, version);
            }));
        }
    });

    /// <summary>The product in 64-bit floats, shape [rows, outputs].</summary>
    public abstract double[] Multiply(float[] activations, int rows);

    protected abstract GraphNode Node(int index);

    protected abstract void WriteWeights(BinaryWriter graph, int index);

    protected static byte[] Tensor(string name, long type, byte[] content, params long[] shape) => ProtoField.Message(tensor =>
    {
        foreach (long length in shape) ProtoField.Write(tensor, 1, length);
        ProtoField.Write(tensor, 2, type);
        ProtoField.Write(tensor, 8, name);
        ProtoField.Write(tensor, 9, content);
    });

    protected static byte[] Bytes(float[] values)
    {
        byte[] bytes = new byte[values.Length * sizeof(float)];
        Buffer.BlockCopy(values, 0, bytes, 0, bytes.Length);
        return bytes;
    }

    private static void WriteGraph(BinaryWriter graph, RandomProduct[] products)
    {
        for (int i = 0; i < products.Length; i++) ProtoField.Write(graph, 1, ProtoField.Message(products[i].Node(i).Write));
        ProtoField.Write(graph, 2, "products");
        for (int i = 0; i < products.Length; i++) products[i].WriteWeights(graph, i);
        ProtoField.Write(graph, 11, Value("x"));
        for (int i = 0; i < products.Length; i++) ProtoField.Write(graph, 12, Value($"y{i}"));
    }

    // Of 32-bit floats in two dimensions of any length.
    private static byte[] Value(string name)
    {
        byte[] shape = ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, ReadOnlySpan<byte>.Empty);
            ProtoField.Write(writer, 1, ReadOnlySpan<byte>.Empty);
        });
        byte[] tensor = ProtoField.Message(writer =>
        {
            ProtoField.Write(writer, 1, FloatType);
            ProtoField.Write(writer, 2, shape);
        });
        return ProtoField.Message(value =>
        {
            ProtoField.Write(value, 1, name);
            ProtoField.Write(value, 2, ProtoField.Message(type => ProtoField.Write(type, 1, tensor)));
        });
    }
}
