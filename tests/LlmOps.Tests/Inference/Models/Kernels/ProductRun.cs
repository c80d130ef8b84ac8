using LlmOps.Inference.Models.Graphs;
using LlmOps.Inference.Models.Kernels;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Tests.Inference.Models.Kernels;

/// <summary>Runs models of products over random activations.</summary>
internal sealed class ProductRun : IDisposable
{
    private readonly Random _random = new(11);

    public ProductRun() => PackedMatMul.AddTo(Options);

    /// <summary>Two threads, and our operators.</summary>
    public SessionOptions Options { get; } = new() { IntraOpNumThreads = 2 };

    /// <summary>The product's model with our operator in place of ONNX Runtime's.</summary>
    public static byte[] Fitted(params RandomProduct[] products)
    {
        OnnxGraph graph = OnnxGraph.Read(RandomProduct.Model(products));
        Assert.True(FitGraph.UsePackedMatMul(graph, floats: true));
        return graph.ToBytes();
    }

    /// <summary>Numbers between -2 and 2, shape [rows, inputs].</summary>
    public float[] Activations(int rows, int inputs) => [.. Enumerable.Range(0, rows * inputs).Select(_ => (float)((_random.NextDouble() * 4) - 2))];

    /// <summary>Each output's values.</summary>
    public float[][] Of(byte[] model, float[] activations, int rows)
    {
        using InferenceSession session = new(model, Options);
        using OrtValue input = OrtValue.CreateTensorValueFromMemory(activations, [rows, activations.Length / rows]);
        using RunOptions run = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(run, ["x"], [input], session.OutputNames);
        return [.. outputs.Select(output => output.GetTensorDataAsSpan<float>().ToArray())];
    }

    public void Dispose() => Options.Dispose();
}
