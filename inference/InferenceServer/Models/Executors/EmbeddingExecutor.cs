using System.Numerics.Tensors;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// Runs an embedder over several texts at a time, padded on the right, which is right for attention of either kind and needed by
/// GroupQueryAttention. A cache that the graph asks for is empty. Not thread-safe: one owner runs it.
/// </summary>
internal sealed class EmbeddingExecutor(DecoderConfig config, EmbeddingConfig embedding, InferenceSession session) : IDisposable
{
    private readonly RunOptions _runOptions = new();
    private readonly string[] _inputs =
        [config.InputIds, config.AttentionMask, .. config.PositionIds is { } name ? [name] : Array.Empty<string>(), .. config.Cache.Select(c => c.Past)];

    /// <summary>The pooled vector of each text, not yet brought to a length.</summary>
    /// <param name="texts">Token ids, at least one a text; as many texts as memory has room for.</param>
    public float[][] Run(IReadOnlyList<int[]> texts)
    {
        int width = texts.Max(text => text.Length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, config.ContextLength);
        long[] ids = new long[texts.Count * width];
        long[] mask = new long[ids.Length];
        long[] positions = new long[ids.Length];
        for (int row = 0; row < texts.Count; row++)
        {
            for (int i = 0; i < width; i++) positions[(row * width) + i] = i;
            for (int i = 0; i < texts[row].Length; i++) (ids[(row * width) + i], mask[(row * width) + i]) = (texts[row][i], 1);
        }
        List<OrtValue> inputs = [];
        try
        {
            foreach (long[] buffer in config.PositionIds is null ? [ids, mask] : new[] { ids, mask, positions })
            {
                inputs.Add(OrtValue.CreateTensorValueFromMemory(buffer, [texts.Count, width]));
            }
            inputs.AddRange(config.Cache.Select(names => OrtValue.CreateAllocatedTensorValue(
                OrtAllocator.DefaultInstance, session.InputMetadata[names.Past].ElementDataType, [texts.Count, config.KeyValueHeads, 0, config.HeadSize])));
            using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(_runOptions, _inputs, inputs, [config.Logits]);
            return Pool(outputs[0], texts, width);
        }
        finally
        {
            foreach (OrtValue input in inputs) input.Dispose();
        }
    }

    public void Dispose()
    {
        _runOptions.Dispose();
        session.Dispose();
    }

    private float[][] Pool(OrtValue computed, IReadOnlyList<int[]> texts, int width)
    {
        long[] expected = embedding.Pooling == Pooling.InGraph ? [texts.Count, embedding.Width] : [texts.Count, width, embedding.Width];
        OrtTensorTypeAndShapeInfo info = computed.GetTensorTypeAndShape();
        if (!info.Shape.AsSpan().SequenceEqual(expected))
        {
            throw new InvalidDataException($"{config.Logits} is of the shape [{string.Join(", ", info.Shape)}], not [{string.Join(", ", expected)}] as {config.Source} says");
        }
        ReadOnlySpan<float> states = Floats(computed, info);
        float[][] pooled = new float[texts.Count][];
        int stride = states.Length / texts.Count;
        for (int row = 0; row < pooled.Length; row++) pooled[row] = Pool(states.Slice(row * stride, stride), texts[row].Length);
        return pooled;
    }

    private float[] Pool(ReadOnlySpan<float> states, int length)
    {
        int width = embedding.Width;
        if (embedding.Pooling != Pooling.Mean) return states.Slice(embedding.Pooling == Pooling.Last ? (length - 1) * width : 0, width).ToArray();
        float[] mean = new float[width];
        for (int i = 0; i < length; i++) TensorPrimitives.Add(mean, states.Slice(i * width, width), mean);
        TensorPrimitives.Divide(mean, length, mean);
        return mean;
    }

    private static ReadOnlySpan<float> Floats(OrtValue computed, OrtTensorTypeAndShapeInfo info)
    {
        if (info.ElementDataType == TensorElementType.Float) return computed.GetTensorDataAsSpan<float>();
        float[] floats = new float[info.ElementCount];
        ShortFloats.ToSingle(info.ElementDataType, computed.GetTensorMutableRawData(), floats);
        return floats;
    }
}
