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
    private readonly string[] _inputs;
    private readonly string[] _outputs;

    public ConcatExecutor(DecoderConfig config, InferenceSession session, int rows)
    {
        (_config, _session, Rows) = (config, session, rows);
        MaxChunk = ChunkSize.For(config);
        _logits = new Logits(TensorElementType.Float, Math.Max(rows, MaxChunk), config.VocabularySize);
        _rows = [.. Enumerable.Range(0, rows).Select(_ => new ConcatRow(config, session))];
        _inputs = [config.InputIds, config.AttentionMask, .. config.PositionIds is { } name ? [name] : Array.Empty<string>(), .. config.Cache.Select(c => c.Past)];
        _outputs = [config.Logits, .. config.Cache.Select(c => c.Present)];
    }

    public int Rows { get; }

    public int MaxChunk { get; }

    public ReadOnlySpan<float> Prefill(int row, scoped ReadOnlySpan<int> tokens, int past)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, MaxChunk);
        Run(row, tokens, past, _logits.Write(0, tokens.Length));
        return _logits.Read(tokens.Length);
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

        IReadOnlyList<OrtValue> outputs = _session.Run(_runOptions, _inputs, inputs, _outputs);
        outputs[0].GetTensorDataAsSpan<float>().CopyTo(logits);
        outputs[0].Dispose();
        _rows[row].Take([.. outputs.Skip(1)]);
    }

    private static OrtValue View(long[] buffer) => OrtValue.CreateTensorValueFromMemory(buffer, [1, buffer.Length]);
}
