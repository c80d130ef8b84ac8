using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Ports;

namespace LlmOps.Events;

/// <summary>A webhook's body (UTF-8 JSON), its content type, and the headers that its format adds.</summary>
public sealed record WebhookMessage(byte[] Body, string ContentType, IReadOnlyDictionary<string, string> Headers);

/// <summary>Writes an event in the format that an endpoint asks for.</summary>
public static class WebhookFormat
{
    public const string Mlflow = "mlflow";
    public const string CloudEvents = "cloudevents";
    public const string CloudEventsBinary = "cloudevents-binary";

    public static IReadOnlyList<string> All { get; } = [Mlflow, CloudEvents, CloudEventsBinary];

    public static WebhookMessage Write(OutgoingEvent happened, string format) => format switch
    {
        Mlflow => new(Json(MlflowBody(happened)), "application/json", new Dictionary<string, string>()),
        CloudEvents => new(Json(Structured(happened)), "application/cloudevents+json", new Dictionary<string, string>()),
        CloudEventsBinary => new(
            Json(happened.Facts), "application/json",
            Attributes(happened).ToDictionary(attribute => $"ce-{attribute.Key}", attribute => Escaped(attribute.Value))),
        _ => throw new InvalidOperationException($"'{format}' is no format of webhooks"),
    };

    // MLflow's envelope (mlflow/webhooks/delivery.py), with the `type` that Standard Webhooks recommends.
    private static JsonObject MlflowBody(OutgoingEvent happened) => new()
    {
        ["type"] = happened.Type,
        ["entity"] = happened.Entity,
        ["action"] = happened.Action,
        ["timestamp"] = Time(happened),
        ["data"] = happened.Facts.DeepClone(),
    };

    private static JsonObject Structured(OutgoingEvent happened)
    {
        JsonObject body = new(Attributes(happened).Select(attribute => new KeyValuePair<string, JsonNode?>(attribute.Key, attribute.Value)));
        body["datacontenttype"] = "application/json";
        body["data"] = happened.Facts.DeepClone();
        return body;
    }

    private static Dictionary<string, string> Attributes(OutgoingEvent happened) => new()
    {
        ["specversion"] = "1.0",
        ["id"] = happened.Id,
        ["source"] = $"/llmops/models/{happened.Model}",
        ["type"] = $"llmops.{happened.Type}",
        ["subject"] = happened.Subject,
        ["time"] = Time(happened),
    };

    private static string Time(OutgoingEvent happened) =>
        happened.At.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    // CloudEvents, HTTP binding 3.1.3.2: space, quote, percent and what is not printable ASCII, byte by byte.
    private static string Escaped(string value) => string.Concat(Encoding.UTF8.GetBytes(value).Select(
        b => b is > 0x20 and < 0x7f and not (byte)'"' and not (byte)'%' ? $"{(char)b}" : string.Create(CultureInfo.InvariantCulture, $"%{b:X2}")));

    private static byte[] Json(JsonObject body) => JsonSerializer.SerializeToUtf8Bytes(body, Wire.Json);
}
