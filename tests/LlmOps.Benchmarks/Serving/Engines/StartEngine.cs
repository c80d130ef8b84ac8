using System.Diagnostics;
using LlmOps.Benchmarks.Serving.Model;

namespace LlmOps.Benchmarks.Serving.Engines;

/// <summary>Starts an engine by its name, all with the same number of threads.</summary>
internal sealed class StartEngine(string root, GeneratedModel model, int threads, int mostStreams)
{
    public const string GenAiVerb = "serving-genai";

    /// <summary>In the order in which they take turns.</summary>
    public static readonly string[] All = [OurServer.EngineName, "llamacpp", "genai", "transformersjs"];

    private string Peers => Path.Combine(root, "tests", "LlmOps.Benchmarks", "Serving", "Peers");

    /// <exception cref="InvalidOperationException">The peer is not installed or cannot run this model.</exception>
    public async Task<ServingEngine> Run(string name, string precision) => name switch
    {
        OurServer.EngineName => await OurServer.Start(model, precision, threads, mostStreams),
        "llamacpp" => await PeerEngine.Start(name, precision, Node("llamacpp.mjs", "node-llama-cpp", model.Gguf(precision))),
        "genai" => await PeerEngine.Start(name, precision, GenAi(precision)),
        "transformersjs" => await PeerEngine.Start(name, precision, Node("transformersjs.mjs", "@huggingface/transformers", model.Onnx(precision))),
        _ => throw new ArgumentException($"there is no engine {name}", nameof(name)),
    };

    private ProcessStartInfo Node(string script, string package, string weights)
    {
        if (!Directory.Exists(Path.Combine(Peers, "node_modules", package))) throw new InvalidOperationException($"{package} is not installed");
        return new ProcessStartInfo("node", [Path.Combine(Peers, script), weights, $"{threads}"]);
    }

    private ProcessStartInfo GenAi(string precision)
    {
        string library = Path.Combine(Peers, "node_modules", "com.github.asus4.onnxruntime-genai", "Plugins", "Linux", "x64", "libonnxruntime-genai.so");
        if (!File.Exists(library)) throw new InvalidOperationException("com.github.asus4.onnxruntime-genai is not installed");
        ProcessStartInfo start = new(Path.Combine(AppContext.BaseDirectory, "LlmOps.Benchmarks"), [GenAiVerb, model.Onnx(precision), library, $"{threads}"]);
        // The same runtime as ours.
        start.Environment["ORT_LIB_PATH"] = Path.Combine(AppContext.BaseDirectory, "libonnxruntime.so");
        return start;
    }
}
