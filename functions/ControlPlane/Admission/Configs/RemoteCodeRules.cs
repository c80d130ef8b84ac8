using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Admission.Configs;

/// <summary>tokenizer_config.json and its neighbours name no code and no file elsewhere, for readers that would follow them.</summary>
internal static class RemoteCodeRules
{
    private static readonly string[] CodeKeys = ["auto_map", "trust_remote_code", "custom_pipelines", "custom_generate"];

    /// <summary>Whether a file is one in which transformers looks for code.</summary>
    public static bool Concern(string path) =>
        path[(path.LastIndexOf('/') + 1)..] is var name && name.Contains("config", StringComparison.OrdinalIgnoreCase) && IsJson(name);

    public static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    public static void Look(string file, JsonElement root, FaultList faults)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            faults.Add(file, $"holds {root.ValueKind} where an object is expected", "write the file again");
            return;
        }
        foreach ((string path, string key, JsonElement value) in JsonTree.Entries(root))
        {
            if (CodeKeys.Contains(key))
            {
                faults.Add(file, $"asks for code by '{PlainText.OneLine(path, 100)}'", "remove the key; the server runs no code that comes with a model");
            }
            else if (key.EndsWith("_file", StringComparison.Ordinal) && value.ValueKind == JsonValueKind.String && JsonTree.LeadsOut(value.GetString()!))
            {
                faults.Add(file, $"names a file outside of the version at '{PlainText.OneLine(path, 100)}'", "remove the key, or name a file of the version");
            }
        }
    }
}
