using System.Text.Json.Nodes;
using LlmOps.Manifests;

namespace LlmOps.Gates.Suites;

/// <summary>Reads who judges: promptfoo's `provider` of an assertion or of the default options, as far as it is an OpenAI endpoint.</summary>
internal static class JudgeReader
{
    private const string Chat = "openai:chat:";
    private const string Moderation = "openai:moderation:";
    private const string KeySuffix = "_API_KEY";
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
        Uri endpoint = url is null ? OpenAi : new Uri(url);
        string? variable = AssertionReader.Text(config?["apiKeyEnvar"]) ?? (url is null ? "OPENAI_API_KEY" : null);
        CheckKey(place, variable, endpoint);
        return new Judge(id[prefix.Length..], endpoint, variable);
    }

    // Who may merge a gate file must not have any of our own secrets sent to an address of their choice.
    private static void CheckKey(string place, string? variable, Uri endpoint)
    {
        if (variable is null)
        {
            return;
        }
        if (!variable.EndsWith(KeySuffix, StringComparison.Ordinal) || !variable.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c) || c == '_'))
        {
            throw new ManifestException(place, $"apiKeyEnvar '{Ports.PlainText.OneLine(variable, 60)}' must end in {KeySuffix}, such as OPENAI{KeySuffix}");
        }
        if (endpoint.Scheme != Uri.UriSchemeHttps && !endpoint.IsLoopback)
        {
            throw new ManifestException(place, $"{endpoint} gets a key: its address must be https");
        }
    }
}
