using System.Text.Json;
using System.Text.RegularExpressions;
using LlmOps.Ports;

namespace LlmOps.Admission.Configs;

/// <summary>genai_config.json names the model's files, and no library: ONNX Runtime GenAI would load any (its pull request 2222).</summary>
internal static partial class GenaiRules
{
    public const string FileName = "genai_config.json";

    /// <summary>Judges the file; <paramref name="models"/> takes the model files that it names.</summary>
    public static void Look(JsonElement root, IReadOnlySet<string> listed, ISet<string> models, FaultList faults)
    {
        foreach ((string path, string key, JsonElement value) in JsonTree.Entries(root))
        {
            string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            string shown = PlainText.OneLine(path, 100);
            if (LibraryKey().IsMatch(key) || (text is not null && LibraryFile().IsMatch(text)))
            {
                faults.Add(FileName, $"names a library at '{shown}'", "remove the key; the server loads no code that comes with a model");
            }
            else if (text is { Length: > 0 } && key.EndsWith("filename", StringComparison.OrdinalIgnoreCase))
            {
                if (!listed.Contains(text))
                {
                    faults.Add(FileName, $"names '{PlainText.OneLine(text, 100)}' at '{shown}', which release.json does not list", "add the file and pack the folder again");
                }
                else if (key == "filename")
                {
                    models.Add(text);
                }
            }
            else if (text is { Length: > 0 } && PathKey().IsMatch(key) && JsonTree.LeadsOut(text))
            {
                faults.Add(FileName, $"names a place outside of the version at '{shown}'", "remove the key, or name a file of the version");
            }
        }
        if (Decoder(root) is not { Length: > 0 })
        {
            faults.Add(FileName, "names no model file at 'model.decoder.filename'", "let ONNX Runtime GenAI's model builder write it");
        }
    }

    private static string? Decoder(JsonElement root) =>
        root is { ValueKind: JsonValueKind.Object } && root.TryGetProperty("model", out JsonElement model)
        && model is { ValueKind: JsonValueKind.Object } && model.TryGetProperty("decoder", out JsonElement decoder)
        && decoder is { ValueKind: JsonValueKind.Object } && decoder.TryGetProperty("filename", out JsonElement name)
        && name.ValueKind == JsonValueKind.String ? name.GetString() : null;

    // custom_ops_library; also what execution providers load: trt_extra_plugin_lib_paths, ep_library_path, backend_path (QNN).
    [GeneratedRegex("librar(y|ies)|plugin|lib_?path|shared_?object|backend_?path|custom_?op|dll", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LibraryKey();

    [GeneratedRegex(@"\.(so(\.[0-9.]+)?|dll|dylib)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LibraryFile();

    [GeneratedRegex("(path|dir|directory|folder|file)\\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PathKey();
}
