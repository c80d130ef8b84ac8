using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace LlmOps.Flux;

/// <summary>Gives the bearer token of this app's identity for an audience.</summary>
public delegate Task<string> BearerSource(string audience, CancellationToken cancellation);

/// <summary>
/// Calls Flux' Receiver, so that the commit is fetched now and not at the next interval. A hint: whatever becomes of it is
/// logged and nothing else, and it takes a bounded time.
/// </summary>
public sealed partial class CallReceiver(
    HttpClient http, FluxReceiverOptions options, ILogger<CallReceiver> logger, TimeProvider clock, BearerSource? bearer = null)
{
    private static readonly byte[] Body = """{"reason":"llmops committed"}"""u8.ToArray();

    /// <summary>Calls until it is heard, refused, or out of tries or patience; true when it was heard.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "A hint may be lost, whatever its reason; what it follows may not.")]
    public async Task<bool> Handle(CancellationToken cancellation)
    {
        using CancellationTokenSource patience = new(options.Patience, clock);
        using CancellationTokenSource both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                Answer answer = await Call(both.Token);
                if (answer is not Answer.Later || attempt == options.Tries)
                {
                    return answer is Answer.Heard;
                }
                await Task.Delay(options.RetryDelay * Math.Pow(2, attempt - 1), clock, both.Token);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            Log.OutOfPatience(logger, options.Name, options.Patience);
            return false;
        }
        catch (Exception error)
        {
            // Of an error of the credential only its kind is told: its message may hold what was shown.
            Log.Failed(logger, options.Name, error.GetType().Name);
            return false;
        }
    }

    private async Task<Answer> Call(CancellationToken cancellation)
    {
        string? token = options.Proof == ReceiverProof.Oidc && bearer is not null ? await bearer(options.Audience, cancellation) : null;
        using HttpRequestMessage request = ReceiverCall.Of(options, Body, token);
        try
        {
            using HttpResponseMessage response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return Told((int)response.StatusCode);
        }
        catch (HttpRequestException error)
        {
            Log.NotReached(logger, options.Name, error.HttpRequestError);
            return Answer.Later;
        }
    }

    // The answers of notification-controller, internal/server/receiver_handlers.go.
    private Answer Told(int status)
    {
        switch (status)
        {
            case 200:
                Log.Heard(logger, options.Name);
                return Answer.Heard;
            case 400:
                Log.ProofRefused(logger, options.Name, options.Proof);
                return Answer.Never;
            case 404:
                Log.UnknownPath(logger, options.Namespace, options.Name);
                return Answer.Never;
            case 413:
                Log.TooLarge(logger, options.Name);
                return Answer.Never;
            case 500:
                Log.Partial(logger, options.Name);
                return Answer.Later;
            case 503:
                Log.NotReady(logger, options.Name);
                return Answer.Later;
            default:
                Log.Unexpected(logger, options.Name, status);
                return status >= 500 ? Answer.Later : Answer.Never;
        }
    }

    private enum Answer
    {
        Heard,
        Later,
        Never,
    }

    private static partial class Log
    {
        [LoggerMessage(1, LogLevel.Information, "Receiver {Name} heard that there is a commit")]
        public static partial void Heard(ILogger logger, string name);

        [LoggerMessage(2, LogLevel.Error, "Receiver {Name} answers 400: it does not accept the proof {Proof}; compare its token, or its audience and validations")]
        public static partial void ProofRefused(ILogger logger, string name, ReceiverProof proof);

        [LoggerMessage(3, LogLevel.Error, "No Receiver at the path of {Namespace}/{Name} (404): its name, namespace or token is another, or its type")]
        public static partial void UnknownPath(ILogger logger, string @namespace, string name);

        [LoggerMessage(4, LogLevel.Error, "Receiver {Name} answers 413: the body is too large for what stands before it")]
        public static partial void TooLarge(ILogger logger, string name);

        [LoggerMessage(5, LogLevel.Warning, "Receiver {Name} answers 500: some of its resources could not be told")]
        public static partial void Partial(ILogger logger, string name);

        [LoggerMessage(6, LogLevel.Warning, "Receiver {Name} answers 503: it is suspended or not ready")]
        public static partial void NotReady(ILogger logger, string name);

        [LoggerMessage(7, LogLevel.Warning, "Receiver {Name} answers {Status}, which Flux does not: something else stands there")]
        public static partial void Unexpected(ILogger logger, string name, int status);

        [LoggerMessage(8, LogLevel.Warning, "Receiver {Name} was not reached: {Error}")]
        public static partial void NotReached(ILogger logger, string name, HttpRequestError error);

        [LoggerMessage(9, LogLevel.Warning, "Receiver {Name} did not answer within {Patience}; the commit is fetched at the next interval")]
        public static partial void OutOfPatience(ILogger logger, string name, TimeSpan patience);

        [LoggerMessage(10, LogLevel.Error, "Receiver {Name} could not be called: {Kind}")]
        public static partial void Failed(ILogger logger, string name, string kind);
    }
}
