using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Models.Graphs;
using Microsoft.ML.OnnxRuntime;

namespace LlmOps.Inference.Models.Executors;

/// <summary>
/// Executor for graphs whose attention is com.microsoft.GroupQueryAttention. Past and present are the same memory, so that a
/// run writes its keys and values in place; rows of different lengths are decoded in one run, each at its own position.
/// </summary>
internal sealed class SlotExecutor : IExecutor
{
    private readonly DecoderConfig _config;
    private readonly InferenceSession _session;
    private readonly ComputeDevice _device;
    private readonly RunOptions _runOptions = new();
    private readonly SlotCache _cache;
    private readonly Logits _logits;
    private readonly Dictionary<(int First, int Rows, int Width), SlotBinding> _bindings = [];
    private readonly SlotPrefill[] _prefills;
    private readonly bool _kept;

    public SlotExecutor(DecoderConfig config, InferenceSession session, int rows, ComputeDevice device)
    {
        (_config, _session, Rows, _device) = (config, session, rows, device);
        _kept = session.InputMetadata.ContainsKey(KeepRows.Input);
        MaxScored = ChunkSize.Scored(config);
        MaxChunk = _kept ? ChunkSize.Most : MaxScored;
        _logits = new Logits(session.OutputMetadata[config.Logits].ElementDataType, Math.Max(rows, MaxScored), config.VocabularySize);
        _cache = new SlotCache(device, session, rows, config);
        _prefills = [.. Enumerable.Range(0, rows).Select(row => new SlotPrefill(this, row))];
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

    public ReadOnlySpan<float> Decode(scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past) => Step(0, tokens, past);

    public void Copy(int from, int to, int length) => _cache.Copy(from, to, length);

    public void Dispose()
    {
        foreach (SlotBinding binding in _bindings.Values) binding.Dispose();
        foreach (SlotPrefill prefill in _prefills) prefill.Dispose();
        _cache.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private ReadOnlySpan<float> Read(int row, scoped ReadOnlySpan<int> tokens, int past, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(past + tokens.Length, _config.ContextLength);
        if (tokens.Length == 1) return Step(row, tokens, [past]);
        _prefills[row].Run(tokens, past, rows);
        return _logits.Read(rows);
    }

    private ReadOnlySpan<float> Step(int first, scoped ReadOnlySpan<int> tokens, scoped ReadOnlySpan<int> past)
    {
        int longest = 0;
        foreach (int length in past) longest = Math.Max(longest, length + 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(longest, _config.ContextLength);

        (int, int, int) key = (first, tokens.Length, MaskWidth(longest));
        if (!_bindings.TryGetValue(key, out SlotBinding? binding))
        {
            _bindings.Add(key, binding = new SlotBinding(this, key));
        }
        binding.Fill(tokens, past);
        _session.RunWithBinding(_runOptions, binding.Io);
        return _logits.Read(tokens.Length);
    }

    // Any width that holds the longest row does; few widths keep the bindings few.
    private int MaskWidth(int longest)
    {
        int width = 512;
        while (width < longest) width *= 2;
        return Math.Min(width, _config.ContextLength);
    }

    private static OrtValue View(long[] buffer, int length, params long[] shape) =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape);

    /// <summary>Everything bound once for one token in each of a range of rows, under a mask of one width; rewritten in place.</summary>
    private sealed class SlotBinding : IDisposable
    {
        private readonly List<OrtValue> _values = [];
        private readonly List<(string Name, OrtValue Value)> _inputs = [];
        private readonly ComputeDevice _device;
        private readonly long[] _ids;
        private readonly long[] _positions;
        private readonly long[] _mask;
        private readonly int[] _masked;
        private readonly int _width;

        public SlotBinding(SlotExecutor executor, (int First, int Rows, int Width) range)
        {
            (int first, int rows, _width) = range;
            _device = executor._device;
            (_ids, _positions, _masked) = (new long[rows], new long[rows], new int[rows]);
            _mask = new long[rows * _width];
            Io = executor._session.CreateIoBinding();
            executor._cache.Bind(Io, first, rows, _values);
            Bind(executor._config.InputIds, View(_ids, rows, rows, 1));
            Bind(executor._config.AttentionMask, View(_mask, _mask.Length, rows, _width));
            if (executor._config.PositionIds is { } positions) Bind(positions, View(_positions, rows, rows, 1));
            if (executor._kept) Bind(KeepRows.Input, View(new long[1], 1, 1));
            OrtValue logits = executor._logits.View(rows, 1, executor._config.VocabularySize);
            _values.Add(logits);
            Io.BindOutput(executor._config.Logits, logits);
        }

        public OrtIoBinding Io { get; }

        public void Fill(ReadOnlySpan<int> tokens, ReadOnlySpan<int> past)
        {
            for (int i = 0; i < tokens.Length; i++)
            {
                (_ids[i], _positions[i]) = (tokens[i], past[i]);
                Mask(i, past[i] + 1);
            }
            // A few kilobytes, but for very long contexts. ONNX Runtime knows on which side each is read; tensors of our own on the device
            // would have to know it too.
            if (!_device.CopiesWhatIsBound) return;
            foreach ((string name, OrtValue value) in _inputs) _device.Bind(Io, name, value);
        }

        public void Dispose()
        {
            Io.Dispose();
            foreach (OrtValue value in _values) value.Dispose();
        }

        // Only the difference to the last step is written: mostly one number.
        private void Mask(int row, int length)
        {
            Span<long> mask = _mask.AsSpan(row * _width, _width);
            int before = _masked[row];
            if (length > before) mask[before..length].Fill(1);
            else mask[length..before].Clear();
            _masked[row] = length;
        }

        private void Bind(string name, OrtValue value)
        {
            _values.Add(value);
            _inputs.Add((name, value));
            _device.Bind(Io, name, value);
        }
    }

    /// <summary>Several tokens of one row. The cache is bound once; shapes follow the tokens.</summary>
    private sealed class SlotPrefill(SlotExecutor executor, int row) : IDisposable
    {
        private readonly List<OrtValue> _owned = [];
        private OrtIoBinding? _io;

        /// <summary>Runs the tokens and computes the logits of the last ones.</summary>
        public void Run(ReadOnlySpan<int> tokens, int past, int rows)
        {
            DecoderConfig config = executor._config;
            if (_io is null)
            {
                _io = executor._session.CreateIoBinding();
                executor._cache.Bind(_io, row, 1, _owned);
            }
            long[] ids = new long[tokens.Length];
            long[] positions = new long[tokens.Length];
            for (int i = 0; i < tokens.Length; i++) (ids[i], positions[i]) = (tokens[i], past + i);
            // A mask as wide as the tokens tells the kernel that this is a first prompt, so the width has to be exact.
            long[] mask = new long[past + tokens.Length];
            Array.Fill(mask, 1);

            using OrtValue idsValue = View(ids, ids.Length, 1, ids.Length);
            using OrtValue positionsValue = View(positions, positions.Length, 1, positions.Length);
            using OrtValue maskValue = View(mask, mask.Length, 1, mask.Length);
            long[] kept = KeepRows.Last(rows, tokens.Length);
            using OrtValue keptValue = View(kept, rows, rows);
            using OrtValue logits = executor._logits.View(1, rows, config.VocabularySize);
            ComputeDevice device = executor._device;
            device.Bind(_io, config.InputIds, idsValue);
            device.Bind(_io, config.AttentionMask, maskValue);
            if (config.PositionIds is { } name) device.Bind(_io, name, positionsValue);
            if (executor._kept) device.Bind(_io, KeepRows.Input, keptValue);
            _io.BindOutput(config.Logits, logits);
            executor._session.RunWithBinding(executor._runOptions, _io);
        }

        public void Dispose()
        {
            _io?.Dispose();
            foreach (OrtValue value in _owned) value.Dispose();
        }
    }
}
