using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads who judges: promptfoo's `provider` of an assertion or of the default options, as far as it is an OpenAI endpoint.</summary>
internal static class JudgeReader
{
    private const string Prefix = "openai:chat:";
    private static readonly Uri OpenAi = new("https://api.openai.com");

    public static Judge Read(string place, JsonNode? provider)
    {
        JsonObject? config = (provider as JsonObject)?["config"] as JsonObject;
        string? id = AssertionReader.Text(provider) ?? AssertionReader.Text((provider as JsonObject)?["id"]);
        if (id is null || !id.StartsWith(Prefix, StringComparison.Ordinal))
        {
            throw new ManifestException(place, $"llm-rubric needs a provider '{Prefix}MODEL', on it or in defaultTest.options.provider");
        }
        string? url = AssertionReader.Text(config?["apiBaseUrl"]);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"))
        {
            throw new ManifestException(place, $"apiBaseUrl '{url}' is not an address");
        }
        return new Judge(id[Prefix.Length..], url is null ? OpenAi : new Uri(url), AssertionReader.Text(config?["apiKeyEnvar"]) ?? (url is null ? "OPENAI_API_KEY" : null));
    }
}
