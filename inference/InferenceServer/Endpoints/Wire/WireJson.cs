using System.Text.Encodings.Web;
using System.Text.Json;
using LlmOps.Inference.Endpoints.Reports;

namespace LlmOps.Inference.Endpoints.Wire;

/// <summary>Reads and writes JSON bodies.</summary>
internal static class WireJson
{
    private static readonly WireContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    /// <summary>How single values are written, so that they look as in <see cref="Bytes"/>.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Bytes(object body) => JsonSerializer.SerializeToUtf8Bytes(body, body.GetType(), Context);

    /// <summary>The body as one JSON value.</summary>
    /// <exception cref="JsonException">It is not JSON.</exception>
    public static ValueTask<JsonElement> ReadAsync(HttpContext http) =>
        JsonSerializer.DeserializeAsync(http.Request.Body, Context.JsonElement, http.RequestAborted);

    public static Task WriteAsync(HttpContext http, int status, object body)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        byte[] content = Bytes(body);
        RequestRecord.Of(http).AnsweredBytes = content.Length;
        return http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }
}
