using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models;

/// <summary>
/// A decoder with grouped-query attention and one sequence's key-value cache. Past and present are bound to the same
/// buffers, so each step writes its keys and values in place. Not thread-safe: one owner runs it.
/// </summary>
internal sealed class OnnxModel : IDisposable
{
    /// <summary>Most tokens of one run; bounds the memory for logits and the time until a cancellation is seen.</summary>
    public const int ChunkLength = 256;

    private readonly DecoderConfig _config;
    private readonly InferenceSession _session;
    private readonly RunOptions _runOptions = new();
    private readonly List<OrtValue> _values = [];
    private readonly OrtIoBinding _prefill;
    private readonly OrtIoBinding _decode;

    // Pinned by the tensors over them and rewritten in place.
    private readonly long[] _tokens = new long[ChunkLength];
    private readonly long[] _ones;
    private readonly long[] _mask;
    private readonly float[] _logits;

    private OnnxModel(DecoderConfig config, InferenceSession session)
    {
        _config = config;
        _session = session;
        _logits = new float[ChunkLength * config.VocabularySize];
        _mask = new long[config.ContextLength];
        _ones = new long[config.ContextLength];
        Array.Fill(_ones, 1);

        _prefill = session.CreateIoBinding();
        _decode = session.CreateIoBinding();
        BindCache();
        BindStep(_decode, count: 1, _mask, config.ContextLength, _values);
    }

    /// <summary>Loads the weights.</summary>
    /// <param name="folder">A checked model folder.</param>
    /// <param name="threads">Threads that share one operator, at least 1.</param>
    /// <exception cref="RefusedModelException">The graph is not one that this server can run.</exception>
    public static OnnxModel Load(ModelFolder folder, int threads)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // Waiting threads must not take the cores from the web server.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        try
        {
            InferenceSession session = new(folder.WeightsPath, options);
            RequireContract(session, folder.Decoder);
            return new OnnxModel(folder.Decoder, session);
        }
        catch (OnnxRuntimeException e)
        {
            throw new RefusedModelException($"{folder.Decoder.ModelFile}: {e.Message}");
        }
    }

    /// <summary>Runs the next tokens of the sequence.</summary>
    /// <param name="tokens">1 to <see cref="ChunkLength"/> token ids.</param>
    /// <param name="past">Tokens of the sequence that earlier runs have put into the cache; 0 begins a new sequence.</param>
    /// <returns>Logits of shape [tokens, vocabulary], row by row; valid until the next run.</returns>
    public ReadOnlySpan<float> Run(ReadOnlySpan<int> tokens, int past)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens.Length, ChunkLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(past + tokens.Length, _config.ContextLength);

        for (int i = 0; i < tokens.Length; i++) _tokens[i] = tokens[i];
        if (tokens.Length == 1) RunDecode(past);
        else RunPrefill(tokens.Length, past);
        return _logits.AsSpan(0, tokens.Length * _config.VocabularySize);
    }

    public void Dispose()
    {
        _decode.Dispose();
        _prefill.Dispose();
        foreach (OrtValue value in _values) value.Dispose();
        _runOptions.Dispose();
        _session.Dispose();
    }

    private void RunDecode(int past)
    {
        // Only the sum of the mask counts; its width stays that of the cache, so the binding never changes.
        _mask.AsSpan(0, past + 1).Fill(1);
        _mask.AsSpan(past + 1).Clear();
        _session.RunWithBinding(_runOptions, _decode);
    }

    private void RunPrefill(int count, int past)
    {
        // A mask as wide as the tokens tells the kernel that this is a first prompt, so the width has to be exact.
        List<OrtValue> step = [];
        BindStep(_prefill, count, _ones, past + count, step);
        _session.RunWithBinding(_runOptions, _prefill);
        foreach (OrtValue value in step) value.Dispose();
    }

    private void BindCache()
    {
        long[] shape = [1, _config.KeyValueHeads, _config.ContextLength, _config.HeadSize];
        foreach (CacheNames names in _config.Cache)
        {
            TensorElementType type = _session.InputMetadata[names.Past].ElementDataType;
            OrtValue buffer = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, type, shape);
            _values.Add(buffer);
            foreach (OrtIoBinding binding in new[] { _prefill, _decode })
            {
                binding.BindInput(names.Past, buffer);
                binding.BindOutput(names.Present, buffer);
            }
        }
    }

    private void BindStep(OrtIoBinding binding, int count, long[] mask, int maskWidth, List<OrtValue> owned)
    {
        OrtValue ids = View(_tokens, count, [1, count]);
        OrtValue attention = View(mask, maskWidth, [1, maskWidth]);
        OrtValue logits = View(_logits, count * _config.VocabularySize, [1, count, _config.VocabularySize]);
        binding.BindInput(_config.InputIds, ids);
        binding.BindInput(_config.AttentionMask, attention);
        binding.BindOutput(_config.Logits, logits);
        owned.AddRange([ids, attention, logits]);
    }

    private static OrtValue View<T>(T[] buffer, int length, long[] shape) where T : unmanaged =>
        OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, buffer.AsMemory(0, length), shape);

    private static void RequireContract(InferenceSession session, DecoderConfig config)
    {
        string[] inputs = [config.InputIds, config.AttentionMask, .. config.Cache.Select(c => c.Past)];
        string[] outputs = [config.Logits, .. config.Cache.Select(c => c.Present)];
        string? odd = session.InputMetadata.Keys.Except(inputs).Concat(inputs.Except(session.InputMetadata.Keys))
            .Concat(session.OutputMetadata.Keys.Except(outputs)).Concat(outputs.Except(session.OutputMetadata.Keys)).FirstOrDefault();
        if (odd is not null)
        {
            throw new RefusedModelException($"{config.ModelFile}: {odd} is not in both the graph and {DecoderConfig.FileName}");
        }
        if (session.OutputMetadata[config.Logits].ElementDataType != TensorElementType.Float)
        {
            throw new RefusedModelException($"{config.ModelFile}: output {config.Logits} is not of 32-bit floats");
        }
    }
}
