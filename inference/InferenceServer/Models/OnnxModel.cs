using LlmOps.Inference.Models.Devices;
using LlmOps.Inference.Models.Executors;
using LlmOps.Inference.Models.Graphs;
using LlmOps.Inference.Models.Kernels;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using SessionOptions = Microsoft.ML.OnnxRuntime.SessionOptions;

namespace LlmOps.Inference.Models;

/// <summary>Opens a model file with ONNX Runtime and chooses the executor that fits its graph.</summary>
internal static class OnnxModel
{
    // Larger files hold their weights themselves; with the weights beside it a graph is small.
    private const long LargestRewritten = 256L * 1024 * 1024;

    /// <summary>Loads the weights.</summary>
    /// <param name="folder">A checked model folder.</param>
    /// <param name="threads">Threads that share one operator, at least 1.</param>
    /// <param name="rows">Sequences that the cache is to hold, at least 1.</param>
    /// <param name="device">What to compute on; the processor where none is given.</param>
    /// <exception cref="RefusedModelException">The graph is not one that this server can run.</exception>
    public static IExecutor Load(ModelFolder folder, int threads, int rows, ComputeDevice? device = null)
    {
        device ??= ComputeDevice.Processor;
        DecoderConfig config = folder.Decoder;
        IReadOnlySet<string> operators = GraphSummary.Read(folder.WeightsPath).Operators;
        if (operators.Contains("PagedAttention"))
        {
            throw new RefusedModelException($"{config.ModelFile}: PagedAttention has no kernel for CPUs, and none of this server's executors runs it elsewhere; export with GroupQueryAttention");
        }
        return Open(folder, threads, device, config.Logits, $"a cache of {rows} rows", session =>
        {
            RequireContract(session, config);
            RequireDevice(device, operators, session, config, decodes: true);
            return operators.Contains("GroupQueryAttention")
                ? new SlotExecutor(config, session, rows, device)
                : (IExecutor)new ConcatExecutor(config, session, rows);
        });
    }

    /// <summary>Loads the weights of an embedder.</summary>
    /// <param name="folder">A checked model folder that says how to make embeddings.</param>
    /// <param name="threads">Threads that share one operator, at least 1.</param>
    /// <param name="device">What to compute on; the processor where none is given.</param>
    /// <exception cref="RefusedModelException">The graph is not one that this server can run.</exception>
    public static EmbeddingExecutor LoadEmbedder(ModelFolder folder, int threads, ComputeDevice? device = null) => Open(folder, threads, device ??= ComputeDevice.Processor, logits: null, "what it needs", session =>
    {
        // Of the outputs only one is asked for, whatever else there is.
        RequireSame(session.InputMetadata.Keys, InputsOf(folder.Decoder), folder.Decoder);
        RequireFloats(session.OutputMetadata[folder.Decoder.Logits], folder.Decoder.Logits, folder.Decoder);
        RequireDevice(device, GraphSummary.Read(folder.WeightsPath).Operators, session, folder.Decoder, decodes: false);
        return new EmbeddingExecutor(folder.Decoder, folder.Embedding!, session);
    });

    private static T Open<T>(ModelFolder folder, int threads, ComputeDevice device, string? logits, string needed, Func<InferenceSession, T> use)
    {
        using SessionOptions options = new()
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        // From one operator to the next is sooner than a thread wakes up; after that the cores are the web server's.
        options.AddSessionConfigEntry("session.intra_op.allow_spinning", threads > 1 ? "1" : "0");
        options.AddSessionConfigEntry("session.intra_op.spin_duration_us", "100");
        InferenceSession? session = null;
        try
        {
            device.AddTo(options);
            session = Open(folder.WeightsPath, logits, options, device.RunsOwnKernels);
            return use(session);
        }
        catch (Exception e)
        {
            session?.Dispose();
            if (e is OnnxRuntimeException or FormatException) throw new RefusedModelException($"{folder.Decoder.ModelFile}: {e.Message.Trim()}");
            if (e is OutOfMemoryException or OverflowException) throw new RefusedModelException($"{folder.Decoder.ModelFile}: {needed} does not fit into memory ({device.Name})");
            throw;
        }
    }

    // With faster operators where the processor has what they need. What is rewritten is in memory twice for a moment, beside what
    // ONNX Runtime reads from it.
    private static InferenceSession Open(string path, string? logits, SessionOptions options, bool ownKernels)
    {
        if (new FileInfo(path).Length > LargestRewritten) return new InferenceSession(path, options);
        OnnxGraph graph = OnnxGraph.Read(File.ReadAllBytes(path));
        bool decodes = logits is not null;
        bool changed = decodes && KeepRows.Of(graph, logits!);
        // An encoder's attention is written out in products, which the runtime finds and joins only as its own.
        if (ownKernels && PackedMatMul.Supported && FitGraph.UsePackedMatMul(graph, floats: decodes))
        {
            PackedMatMul.AddTo(options);
            changed = true;
        }
        if (!changed) return new InferenceSession(path, options);
        options.AddSessionConfigEntry("session.model_external_initializers_file_folder_path", Path.GetDirectoryName(path)!);
        return new InferenceSession(graph.ToBytes(), options);
    }

    private static void RequireContract(InferenceSession session, DecoderConfig config)
    {
        // What was put into the graph after it was read is nothing that its configuration knows.
        RequireSame(session.InputMetadata.Keys.Where(name => name != KeepRows.Input), InputsOf(config), config);
        RequireSame(session.OutputMetadata.Keys, [config.Logits, .. config.Cache.Select(c => c.Present)], config);
        RequireFloats(session.OutputMetadata[config.Logits], config.Logits, config);
        foreach (CacheNames names in config.Cache) RequireFloats(session.InputMetadata[names.Past], names.Past, config);
    }

    private static void RequireDevice(ComputeDevice device, IReadOnlySet<string> operators, InferenceSession session, DecoderConfig config, bool decodes)
    {
        TensorElementType[] floats = [.. config.Cache.Select(names => session.InputMetadata[names.Past].ElementDataType)];
        if (floats.Length == 0) floats = [session.OutputMetadata[config.Logits].ElementDataType];
        if (device.FaultOf(operators, decodes, floats) is { } fault) throw new RefusedModelException($"{config.ModelFile}: {fault}");
    }

    private static string[] InputsOf(DecoderConfig config) =>
        [config.InputIds, config.AttentionMask, .. config.PositionIds is { } name ? [name] : Array.Empty<string>(), .. config.Cache.Select(c => c.Past)];

    private static void RequireSame(IEnumerable<string> graph, IEnumerable<string> said, DecoderConfig config)
    {
        if (graph.Except(said).Concat(said.Except(graph)).FirstOrDefault() is { } odd)
        {
            throw new RefusedModelException($"{config.ModelFile}: {odd} is not in both the graph and {config.Source}");
        }
    }

    private static void RequireFloats(NodeMetadata tensor, string name, DecoderConfig config)
    {
        if (tensor.ElementDataType is not (TensorElementType.Float or TensorElementType.Float16 or TensorElementType.BFloat16))
        {
            throw new RefusedModelException($"{config.ModelFile}: {name} is of {tensor.ElementDataType}, not of 32-bit or 16-bit floats");
        }
    }
}
