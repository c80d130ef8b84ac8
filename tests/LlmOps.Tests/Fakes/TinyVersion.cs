using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using LlmOps.Ports;
using LlmOps.Releases;

namespace LlmOps.Tests.Fakes;

/// <summary>The files of a version that is as small as one may be and still admitted.</summary>
internal static class TinyVersion
{
    public const string Genai = """{ "model": { "type": "llama", "decoder": { "filename": "model.onnx" } } }""";

    /// <summary>A version's files by path; other weights make another digest.</summary>
    public static Dictionary<string, byte[]> Files(string weights) => new()
    {
        ["genai_config.json"] = Encoding.UTF8.GetBytes(Genai),
        ["model.onnx"] = OnnxBytes.Model(OnnxBytes.Node("Identity"), OnnxBytes.Tensor("weights", Encoding.UTF8.GetBytes(weights))),
        ["tokenizer.json"] = Encoding.UTF8.GetBytes("""{ "model": { "vocab": {} } }"""),
        ["tokenizer_config.json"] = Encoding.UTF8.GetBytes("{}"),
    };

    /// <summary>What release.json says of files.</summary>
    public static UploadManifest Describe(string model, string version, IReadOnlyDictionary<string, byte[]> files, string? signature = null) => new(
        model, version, [.. files.Select(file => new UploadedFile(file.Key, file.Value.Length, Convert.ToHexStringLower(SHA256.HashData(file.Value))))],
        Signature: signature);

    public static byte[] Json(UploadManifest manifest) => JsonSerializer.SerializeToUtf8Bytes(manifest, Wire.Json);
}
