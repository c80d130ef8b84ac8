using System.Text.Json;
using System.Text.RegularExpressions;

namespace LlmOps.Inference.Models;

/// <summary>
/// <c>genai_config.json</c> names no library. This server reads no such key, but ONNX Runtime GenAI would load any (its pull request 2222):
/// a version that carries one is not what it says.
/// </summary>
internal static partial class ConfigRules
{
    public static void Check(string folder, string file)
    {
        if (file != DecoderConfig.FileName) return;
        foreach ((string key, JsonElement value) in JsonFile.Read(folder, file).Entries())
        {
            if (LibraryKey().IsMatch(key) || (value.ValueKind == JsonValueKind.String && LibraryFile().IsMatch(value.GetString()!)))
            {
                throw new RefusedModelException($"{file}: names a library at '{ReleaseRules.Shown(key)}'; no code is loaded that comes with a model");
            }
        }
    }

    // custom_ops_library; also what execution providers load: trt_extra_plugin_lib_paths, ep_library_path, backend_path (QNN).
    [GeneratedRegex("librar(y|ies)|plugin|lib_?path|shared_?object|backend_?path|custom_?op|dll", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LibraryKey();

    [GeneratedRegex(@"\.(so(\.[0-9.]+)?|dll|dylib)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LibraryFile();
}
