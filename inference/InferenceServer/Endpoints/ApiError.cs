using System.Globalization;
using LlmOps.Inference.Endpoints.OpenInference;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Endpoints.Wire;
using LlmOps.Inference.Engine;

namespace LlmOps.Inference.Endpoints;

/// <summary>A refusal in the shape that OpenAI's clients read.</summary>
/// <param name="Status">HTTP status code.</param>
internal sealed record ApiError(int Status, string Message, string Type, string? Param = null, string? Code = null)
{
    /// <summary>When it may be worth trying again; said of a refusal with 429 or 503.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromSeconds(1);

    private const string InvalidRequest = "invalid_request_error";

    public static ApiError Invalid(string? param, string message) => new(400, message, InvalidRequest, param);

    public static ApiError UnknownModel(string model) =>
        new(404, $"The model '{model}' does not exist here.", InvalidRequest, "model", "model_not_found");

    public static ApiError MakesEmbeddings(string model) =>
        new(400, $"The model '{model}' makes embeddings and no text: ask POST /v1/embeddings.", InvalidRequest, "model", "model_not_supported");

    public static ApiError MakesText(string model) =>
        new(400, $"The model '{model}' makes text and no embeddings: ask POST /v1/chat/completions or /v1/completions, or serve an embedding model.", InvalidRequest, "model", "model_not_supported");

    public static ApiError UnknownPath(string method, string path) =>
        new(404, $"There is no {method} {path} here.", InvalidRequest, Code: "unknown_url");

    public static ApiError WrongMethod(string method, string path, string allowed) =>
        new(405, $"There is no {method} {path} here, but {allowed}.", InvalidRequest, Code: "method_not_supported");

    public static ApiError TooLong(int limit, string param, string wanted) =>
        new(400, $"This model's context is {limit} tokens, but {wanted}.", InvalidRequest, param, "context_length_exceeded");

    public static ApiError BodyTooLarge(long limit) =>
        new(413, $"The request is larger than {limit} bytes.", InvalidRequest, Code: "request_too_large");

    public static ApiError Unavailable(string message, TimeSpan? retryAfter = null) =>
        new(503, message, "server_error", Code: "unavailable") { RetryAfter = retryAfter ?? TimeSpan.FromSeconds(1) };

    public static ApiError NothingLoaded(LiveVersion live) => Unavailable($"The model '{live.ModelName}' is not loaded: {live.Absence}.");

    /// <summary>Why an engine cannot be asked, or null where it can.</summary>
    public static ApiError? OfEngine(InferenceEngine engine) =>
        engine.State is EngineState.Loading or EngineState.Failed ? Unavailable("The model is being loaded.") : null;

    public static ApiError LineFull(TimeSpan retryAfter) => Unavailable("Too many requests are waiting.", retryAfter);

    public static ApiError Conflict(string message) => new(409, message, InvalidRequest, Code: "conflict");

    public static ApiError NoMemory(string message) => new(507, message, "server_error", Code: "insufficient_memory");

    public static ApiError NoKey(bool borne) => new(
        401, borne ? "The key is not known here." : "A key is needed: 'Authorization: Bearer KEY'.", InvalidRequest, Code: "invalid_api_key");

    public static ApiError NotAllowed(string message) => new(403, message, InvalidRequest, Code: "insufficient_permissions");

    public static ApiError OverLimit(TimeSpan retryAfter) =>
        new(429, "The key's limit is reached.", "rate_limit_error", Code: "rate_limit_exceeded") { RetryAfter = retryAfter };

    public static ApiError TimedOut(string message) => new(504, message, "server_error", Code: "timeout");

    public static ApiError Failed(string message) => new(500, message, "server_error", Code: "internal_error");

    /// <summary>One of few words for it, for metrics and logs.</summary>
    public string Word => Code ?? Type;

    public ErrorBody Body => new(new ErrorDetail(Message, Type, Param, Code));

    /// <summary>Writes it in the shape of the path's protocol.</summary>
    public Task WriteAsync(HttpContext http) =>
        http.Request.Path.StartsWithSegments("/v2") ? WriteAsync(http, OpenInferenceErrors.Of(this)) : WriteAsync(http, Body);

    public Task WriteAsync(HttpContext http, Protocol protocol) => WriteAsync(http, protocol.ErrorBody(this));

    /// <summary>Writes it in another shape.</summary>
    public Task WriteAsync(HttpContext http, object body)
    {
        if (Status is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests)
        {
            http.Response.Headers.RetryAfter = Math.Ceiling(RetryAfter.TotalSeconds).ToString("F0", CultureInfo.InvariantCulture);
        }
        RequestRecord.Of(http).Error = Word;
        if (Status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = "Bearer";
        return WireJson.WriteAsync(http, Status, body);
    }
}
