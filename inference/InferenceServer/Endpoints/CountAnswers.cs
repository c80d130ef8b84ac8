using System.Globalization;
using LlmOps.Inference.Endpoints.Cache;
using LlmOps.Inference.Endpoints.Reports;
using LlmOps.Inference.Endpoints.Versions;
using LlmOps.Inference.Telemetry;

namespace LlmOps.Inference.Endpoints;

/// <summary>Counts inference requests by the status code that their client saw; 499 is a client that left.</summary>
internal sealed partial class CountAnswers(VersionMetrics metrics, ILogger<CountAnswers> logger)
{
    private const int ClientLeft = 499;

    public async Task Invoke(HttpContext http, RequestDelegate next)
    {
        if (EndpointName(http.Request) is not { } endpoint)
        {
            await next(http);
            return;
        }
        int code = StatusCodes.Status500InternalServerError;
        try
        {
            await next(http);
            code = http.Response.StatusCode;
        }
        catch (Exception) when (http.RequestAborted.IsCancellationRequested)
        {
            code = ClientLeft;
            RequestRecord.Of(http).Error = "client_left";
        }
        catch (Exception e)
        {
            Log.Unexpected(logger, e);
            RequestRecord.Of(http).Error = "internal_error";
            if (http.Response.HasStarted) http.Abort();
            else await ApiError.Failed("The server failed on this request.").WriteAsync(http);
        }
        RequestRecord.Of(http).Status = code;
        // An answer from the cache says nothing of the version, and must not flatter it.
        if (http.Features.Get<KeptAnswers>() is not null) return;
        ServerMetrics? counted = http.Features.Get<ServedVersion>()?.Metrics ?? metrics.Newest;
        counted?.Answered.Add(1, code.ToString(CultureInfo.InvariantCulture), endpoint);
    }

    /// <summary>The name of the inference endpoint that a request asks; null of any other.</summary>
    public static string? EndpointName(HttpRequest request) => (request.Method, request.Path.Value) switch
    {
        ("POST", "/v1/chat/completions") => "chat_completions",
        ("POST", "/v1/completions") => "completions",
        ("POST", "/v1/embeddings") => "embeddings",
        ("POST", { } path) when path.StartsWith("/v2/models/", StringComparison.Ordinal) => path[(path.LastIndexOf('/') + 1)..] switch
        {
            "infer" => "infer",
            "generate" => "generate",
            "generate_stream" => "generate_stream",
            _ => null,
        },
        _ => null,
    };

    private static partial class Log
    {
        [LoggerMessage(3, LogLevel.Error, "A request failed outside the engine")]
        public static partial void Unexpected(ILogger logger, Exception error);
    }
}
