using System.Text.Encodings.Web;
using System.Text.Json;

namespace LlmOps.Inference.Sampling.Schemas;

/// <summary>Strings as JSON writes them, with no more escapes than needed.</summary>
internal static class JsonTexts
{
    public static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
