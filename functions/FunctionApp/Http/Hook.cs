using LlmOps.Ports;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.FunctionApp.Http;

/// <summary>
/// Answers a hook by the rules that its senders retry by: 413 over the cap, 503 when it could not be stored (Alertmanager
/// drops what was answered 4xx), and otherwise what the use case says after it has stored the body.
/// </summary>
internal static partial class Hook
{
    public static async Task<IResult> Receive(
        HttpRequest request, int limit, ILogger logger, Func<ReadOnlyMemory<byte>, Task<Receipt>> store, CancellationToken cancellation)
    {
        try
        {
            return await RequestBody.Read(request, limit, cancellation) is { } body
                ? Answer.Of(await store(body))
                : Answer.TooLong(limit);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Answer.TooLong(limit);
        }
        catch (Exception exception)
        {
            Log.NotStored(logger, request.Path, exception);
            return Answer.NotStored;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Error, "What was sent to {Path} could not be stored")]
        public static partial void NotStored(ILogger logger, PathString path, Exception exception);
    }
}
