using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>One sequence's keys and values, each tensor of shape [1, heads, positions, head size] and as long as the sequence.</summary>
internal sealed class ConcatRow(DecoderConfig config, InferenceSession session) : IDisposable
{
    private readonly TensorElementType _type = session.InputMetadata[config.Cache[0].Past].ElementDataType;
    private IReadOnlyList<OrtValue> _values = [];

    public IReadOnlyList<OrtValue> Values => _values;

    private int Length => _values.Count == 0 ? -1 : (int)_values[0].GetTensorTypeAndShape().Shape[2];

    /// <summary>Owns new values from now on.</summary>
    public void Take(IReadOnlyList<OrtValue> values)
    {
        Dispose();
        _values = values;
    }

    /// <summary>Keeps the first positions only.</summary>
    public void Cut(int length)
    {
        if (Length != length) Take(First(length));
    }

    /// <summary>A copy of the first positions.</summary>
    public IReadOnlyList<OrtValue> First(int length) => [.. config.Cache.Select((_, i) => First(i, length))];

    public void Dispose()
    {
        foreach (OrtValue value in _values) value.Dispose();
        _values = [];
    }

    private OrtValue First(int index, int length)
    {
        OrtValue copy = OrtValue.CreateAllocatedTensorValue(
            OrtAllocator.DefaultInstance, _type, [1, config.KeyValueHeads, length, config.HeadSize]);
        if (length == 0) return copy;
        Span<byte> to = copy.GetTensorMutableRawData();
        Span<byte> from = _values[index].GetTensorMutableRawData();
        int kept = to.Length / config.KeyValueHeads;
        int stride = from.Length / config.KeyValueHeads;
        for (int head = 0; head < config.KeyValueHeads; head++) from.Slice(head * stride, kept).CopyTo(to.Slice(head * kept, kept));
        return copy;
    }
}
