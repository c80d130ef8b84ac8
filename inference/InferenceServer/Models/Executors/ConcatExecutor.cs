using LlmOps.Inference.Models.Graphs;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// Executor for graphs that append to the cache by concatenation, as Optimum exports them: a run returns the whole cache anew.
/// Each row runs by itself, so that a batch costs as much as its rows one after the other.
/// </summary>
internal sealed class ConcatExecutor : IExecutor
{
    private readonly DecoderConfig _config;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly ConcatRow[] _rows;
    private readonly Logits _logits;
    private readonly TensorElementType _type;
    private readonly bool _kept;
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public ConcatExecutor(DecoderConfig config, InferenceSession session, int rows)
    {
        (_config, _session, Rows) = (config, session, rows);
        _kept = session.InputMetadata.ContainsKey(KeepRows.Input);
        MaxScored = ChunkSize.Scored(config);
        MaxChunk = _kept ? ChunkSize.Most : MaxScored;
        _logits = new Logits(TensorElementType.Float, Math.Max(rows, MaxScored), config.VocabularySize);
        _type = session.OutputMetadata[config.Logits].ElementDataType;
        _rows = [.. Enumerable.Range(0, rows).Select(_ => new ConcatRow(config, session))];
        _inputs = [config.InputIds, config.AttentionMask, .. config.PositionIds is { } name ? [name] : Array.Empty<string>(), .. config.Cache.Select(c => c.Past), .. _kept ? [KeepRows.Input] : Array.Empty<string>()];
        _outputs = [config.Logits, .. config.Cache.Select(c => c.Present)];
    }

    public int Rows { get; }

    public int MaxChunk { get; }

    public int MaxScored { get; }

    public ReadOnlySpan<float> Prefill(int row, scoped ReadOnlySpan<int> tokens, int past)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, MaxChunk);
        return Read(row, tokens, past, rows: _kept ? 1 : tokens.Length)[^_config.VocabularySize..];
    }

    public ReadOnlySpan<float> Score(int row, scoped ReadOnlySpan<int> tokens, int past)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, MaxScored);
        return Read(row, tokens, past, rows: tokens.Length);
    }

    public ReadOnlySpan<float> Decode(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past)
    {
        for (int row = 0; row < tokens.Length; row++) Run(row, tokens.Slice(row, 1), past[row], _logits.Write(row, 1));
        return _logits.Read(tokens.Length);
    }

    public void Copy(int from, int to, int length) => _rows[to].Take(_rows[from].First(length));

    public void Dispose()
    {
        foreach (ConcatRow row in _rows) row.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private ReadOnlySpan<float> Read(int row, scoped ReadOnlySpan<int> tokens, int past, int rows)
    {
        Run(row, tokens, past, _logits.Write(0, rows));
        return _logits.Read(rows);
    }

    private void Run(int row, ReadOnlySpan<int> tokens, int past, Span<float> logits)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(past + tokens.Length, _config.ContextLength);
        long[] ids = new long[tokens.Length];
        long[] positions = new long[tokens.Length];
        for (int i = 0; i < tokens.Length; i++) (ids[i], positions[i]) = (tokens[i], past + i);
        long[] mask = new long[past + tokens.Length];
        Array.Fill(mask, 1);

        using OrtValue idsValue = View(ids);
        using OrtValue positionsValue = View(positions);
        using OrtValue maskValue = View(mask);
        _rows[row].Cut(past);
        List<OrtValue> inputs = [idsValue, maskValue];
        if (_config.PositionIds is not null) inputs.Add(positionsValue);
        inputs.AddRange(_rows[row].Values);
        long[] kept = KeepRows.Last(logits.Length / _config.VocabularySize, tokens.Length);
        using OrtValue keptValue = OrtValue.CreateTensorValueFromMemory(kept, [kept.Length]);
        if (_kept) inputs.Add(keptValue);

        IReadOnlyList<OrtValue> outputs = _session.Run(_runOptions, _inputs, inputs, _outputs);
        _rows[row].Take([.. outputs.Skip(1)]);
        using OrtValue computed = outputs[0];
        Read(computed, logits);
    }

    private void Read(OrtValue computed, Span<float> logits)
    {
        long count = computed.GetTensorTypeAndShape().ElementCount;
        if (count != logits.Length) throw new InvalidDataException($"{_config.Logits} has {count} values, not {logits.Length} as {_config.Source} says");
        if (_type == TensorElementType.Float) computed.GetTensorDataAsSpan<float>().CopyTo(logits);
        else ShortFloats.ToSingle(_type, computed.GetTensorMutableRawData(), logits);
    }

    private static OrtValue View(long[] buffer) => OrtValue.CreateTensorValueFromMemory(buffer, [1, buffer.Length]);
}
