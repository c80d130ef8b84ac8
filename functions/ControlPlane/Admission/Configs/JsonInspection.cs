using System.Buffers;
using System.Text.Json;

namespace LlmOps.Admission.Configs;

/// <summary>Reads a JSON file as it passes by and hands it to the rules of its kind.</summary>
internal sealed class JsonInspection(string path, AdmissionOptions options, Action<JsonElement, FaultList> rules) : IFileInspection
{
    private readonly ArrayBufferWriter<byte> bytes = new();

    public FaultList Faults { get; } = new();

    public void Feed(ReadOnlySpan<byte> next)
    {
        if (bytes.WrittenCount + next.Length <= options.MaxJsonBytes)
        {
            bytes.Write(next);
        }
    }

    public void End()
    {
        JsonDocumentOptions strict = new() { MaxDepth = options.MaxJsonDepth, AllowDuplicateProperties = false };
        try
        {
            using JsonDocument document = JsonDocument.Parse(bytes.WrittenMemory, strict);
            rules(document.RootElement, Faults);
        }
        // The latter: an escape such as \ud800 that is no character.
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            Faults.Add(path, $"is not JSON as admitted (no key twice, at most {options.MaxJsonDepth} deep): {error.Message.TrimEnd('.')}", "write the file again");
        }
    }
}
