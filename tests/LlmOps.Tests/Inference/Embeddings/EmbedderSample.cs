using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using LlmOps.Inference.Models;
using LlmOps.Inference.Models.Graphs;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Embeddings;

/// <summary>
/// The sample model as an embedder: its graph without the head, so that it gives the last norm's states, and the files of
/// sentence-transformers beside it.
/// </summary>
internal sealed class EmbedderSample : IDisposable
{
    public const int Width = 128;

    // ModelProto.graph; GraphProto.node, .initializer and .output; NodeProto.input, .output and .op_type; TensorProto.name and .raw_data.
    private const int Graph = 7;
    private const int Node = 1;
    private const int Initializer = 5;
    private const int Output = 12;
    private const int RawData = 9;
    private const int TensorName = 8;
    private const string States = "norm.out";

    public EmbedderSample(string pooling = "lasttoken", bool normalize = true, string output = "last_hidden_state")
    {
        Folder = Samples.Copy();
        File.Delete(Path.Combine(Folder, "release.json"));
        File.Delete(Path.Combine(Folder, "genai_config.json"));
        string weights = Path.Combine(Folder, "model.onnx");
        File.WriteAllBytes(weights, WithoutHead(File.ReadAllBytes(weights), output));
        Write("modules.json", new JsonArray([Module("Transformer", ""), Module("Pooling", "1_Pooling"), .. normalize ? [Module("Normalize", "2_Normalize")] : Array.Empty<JsonNode>()]));
        Write("1_Pooling/config.json", new JsonObject
        {
            ["word_embedding_dimension"] = Width, ["pooling_mode_cls_token"] = pooling == "cls_token",
            ["pooling_mode_mean_tokens"] = pooling == "mean_tokens", ["pooling_mode_max_tokens"] = pooling == "max_tokens", ["pooling_mode_lasttoken"] = pooling == "lasttoken",
        });
    }

    public string Folder { get; }

    /// <summary>The head that was cut off, of shape [vocabulary, <see cref="Width"/>]: the model's embedding table, tied.</summary>
    public static float[] Head()
    {
        ReadOnlyMemory<byte> graph = GraphOf(File.ReadAllBytes(Path.Combine(Samples.Folder("1.1.0"), "model.onnx")));
        ProtoField table = ProtoField.Of(graph).Single(field => field.Number == Initializer && TextOf(field, TensorName) == "embed.weight");
        return MemoryMarshal.Cast<byte, float>(ProtoField.Of(table.Content).Single(field => field.Number == RawData).Content.Span).ToArray();
    }

    public ModelFolder Open() => ModelFolder.Open(Folder, "tiny-embed", "1.0.0", requireRelease: false);

    public void Write(string file, JsonNode content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, file))!);
        File.WriteAllText(Path.Combine(Folder, file), content.ToJsonString());
    }

    /// <summary>Adds to the model's own configuration.</summary>
    public void Configure(string name, JsonNode value)
    {
        JsonObject config = JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, "config.json")))!.AsObject();
        config[name] = value;
        Write("config.json", config);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static JsonObject Module(string type, string path) => new() { ["path"] = path, ["type"] = $"sentence_transformers.models.{type}" };

    private static ReadOnlyMemory<byte> GraphOf(byte[] model) => ProtoField.Of(model).Single(field => field.Number == Graph).Content;

    private static string TextOf(ProtoField message, int number) => ProtoField.Of(message.Content).FirstOrDefault(field => field.Number == number).Text;

    private static byte[] WithoutHead(byte[] model, string output)
    {
        byte[] identity = OnnxBytes.Bytes(Node, OnnxBytes.Text(1, States), OnnxBytes.Text(2, output), OnnxBytes.Text(4, "Identity"));
        // Its type is that of 32-bit floats, of no declared shape.
        byte[] described = OnnxBytes.Bytes(Output, OnnxBytes.Text(1, output), OnnxBytes.Bytes(2, OnnxBytes.Bytes(1, OnnxBytes.Integer(1, 1))));
        IEnumerable<byte[]> kept = ProtoField.Of(GraphOf(model))
            .Where(field => !(field.Number == Node && IsHead(field)) && !(field.Number == Output && TextOf(field, 1) == "logits"))
            .Select(field => field.Raw.ToArray());
        byte[] changed = OnnxBytes.Bytes(Graph, [.. kept, identity, described]);
        return [.. ProtoField.Of(model).SelectMany(field => field.Number == Graph ? changed : field.Raw.ToArray())];
    }

    private static bool IsHead(ProtoField node) => TextOf(node, 2) is "Transpose_61" or "MatMul_62" or "logits";
}
