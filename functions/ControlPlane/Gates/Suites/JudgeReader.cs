using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads who judges: promptfoo's `provider` of an assertion or of the default options, as far as it is an OpenAI endpoint.</summary>
internal static class JudgeReader
{
    private const string Chat = "openai:chat:";
    private const string Moderation = "openai:moderation:";
    private static readonly Uri OpenAi = new("https://api.openai.com");

    /// <summary>Who judges an assertion of a type; null where it needs nobody.</summary>
    public static Judge? For(string type, string place, JsonNode? own, JsonNode? usual) => type switch
    {
        "llm-rubric" => Read(type, Chat, place, own ?? usual),
        "moderation" => Read(type, Moderation, place, own),
        _ => null,
    };

    private static Judge Read(string type, string prefix, string place, JsonNode? provider)
    {
        JsonObject? config = (provider as JsonObject)?["config"] as JsonObject;
        string? id = AssertionReader.Text(provider) ?? AssertionReader.Text((provider as JsonObject)?["id"]);
        if (id is null || !id.StartsWith(prefix, StringComparison.Ordinal))
        {
            throw new ManifestException(place, $"{type} needs a provider '{prefix}MODEL'{(prefix == Chat ? ", on it or in defaultTest.options.provider" : " on it")}");
        }
        string? url = AssertionReader.Text(config?["apiBaseUrl"]);
        if (url is not null && !(Uri.TryCreate(url, UriKind.Absolute, out Uri? parsed) && parsed.Scheme is "http" or "https"))
        {
            throw new ManifestException(place, $"apiBaseUrl '{url}' is not an address");
        }
        return new Judge(id[prefix.Length..], url is null ? OpenAi : new Uri(url), AssertionReader.Text(config?["apiKeyEnvar"]) ?? (url is null ? "OPENAI_API_KEY" : null));
    }
}
