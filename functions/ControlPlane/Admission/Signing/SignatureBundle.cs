using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Admission.Signing;

/// <summary>A signature file of OpenSSF model signing: a sigstore bundle v0.3 around one DSSE envelope, made with a key.</summary>
internal sealed record SignatureBundle(byte[] Payload, byte[] Signature, string? Hint)
{
    public const string MediaType = "application/vnd.dev.sigstore.bundle.v0.3+json";

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32, AllowDuplicateProperties = false };

    /// <summary>Reads a bundle; <paramref name="problem"/> says what is wrong when it returns null.</summary>
    public static SignatureBundle? Read(byte[] json, out string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json, Strict);
            problem = "";
            return Read(document.RootElement);
        }
        catch (JsonException error)
        {
            problem = $"is not the JSON of a sigstore bundle: {error.Message}";
        }
        catch (Exception error) when (error is InvalidDataException or FormatException or InvalidOperationException)
        {
            problem = error is InvalidDataException ? error.Message : "holds what is not base64 or not text";
        }
        return null;
    }

    /// <summary>A bundle's JSON around a payload and its signature.</summary>
    public static string Write(byte[] payload, byte[] signature, string hint) => JsonSerializer.Serialize(new
    {
        mediaType = MediaType,
        verificationMaterial = new { publicKey = new { hint }, tlogEntries = Array.Empty<object>() },
        dsseEnvelope = new
        {
            payload = Convert.ToBase64String(payload), payloadType = Dsse.InToto,
            signatures = new[] { new { sig = Convert.ToBase64String(signature), keyid = "" } },
        },
    }, Wire.Json) + "\n";

    private static SignatureBundle Read(JsonElement bundle)
    {
        Only(bundle, "the bundle", "mediaType", "verificationMaterial", "dsseEnvelope", "messageSignature");
        string media = Text(bundle, "mediaType");
        Require(media == MediaType, $"has the media type '{PlainText.OneLine(media, 80)}', not {MediaType}");
        Require(!bundle.TryGetProperty("messageSignature", out _), "signs a message, not an envelope with a statement");
        JsonElement material = Object(bundle, "verificationMaterial");
        Require(
            !material.TryGetProperty("certificate", out _) && !material.TryGetProperty("x509CertificateChain", out _),
            "was made with a certificate; here only signatures of a key in the GitOps repository count");
        Only(material, "verificationMaterial", "publicKey", "tlogEntries", "timestampVerificationData");
        JsonElement key = Object(material, "publicKey");
        Only(key, "publicKey", "hint", "rawBytes", "keyDetails");
        JsonElement envelope = Object(bundle, "dsseEnvelope");
        Only(envelope, "dsseEnvelope", "payload", "payloadType", "signatures");
        string type = Text(envelope, "payloadType");
        Require(type == Dsse.InToto, $"has a payload of type '{PlainText.OneLine(type, 80)}', not {Dsse.InToto}");
        Require(envelope.TryGetProperty("signatures", out JsonElement list) && list.ValueKind == JsonValueKind.Array, "has no signatures");
        Require(list.GetArrayLength() == 1, $"has {list.GetArrayLength()} signatures; exactly one is admitted");
        Only(list[0], "the signature", "sig", "keyid");
        string? hint = key.TryGetProperty("hint", out JsonElement said) && said.ValueKind == JsonValueKind.String ? said.GetString() : null;
        return new SignatureBundle(Bytes(envelope, "payload"), Bytes(list[0], "sig"), hint is { Length: > 0 } ? hint : null);
    }

    private static void Only(JsonElement value, string where, params string[] known)
    {
        Require(value.ValueKind == JsonValueKind.Object, $"holds no object as {where}");
        string? unknown = value.EnumerateObject().Select(property => property.Name).FirstOrDefault(name => !known.Contains(name));
        Require(unknown is null, $"has the unknown field '{PlainText.OneLine(unknown ?? "", 60)}' in {where}");
    }

    private static JsonElement Object(JsonElement from, string name)
    {
        Require(from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Object, $"has no {name}");
        return value;
    }

    private static string Text(JsonElement from, string name)
    {
        Require(from.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String, $"has no {name}");
        return value.GetString()!;
    }

    private static byte[] Bytes(JsonElement from, string name) => Convert.FromBase64String(Text(from, name));

    private static void Require(bool holds, string problem)
    {
        if (!holds)
        {
            throw new InvalidDataException(problem);
        }
    }
}
