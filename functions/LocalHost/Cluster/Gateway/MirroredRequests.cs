using System.Diagnostics.CodeAnalysis;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>
/// Sends copies of users' requests to the Services that a route mirrors to, and throws their answers away. A user's request
/// neither waits for its copy nor fails with it: copies are bounded, and what is beyond the bound is dropped and counted.
/// </summary>
internal sealed class MirroredRequests(ServiceDirectory services, TimeProvider clock, int most = MirroredRequests.MostInFlight) : IDisposable
{
    /// <summary>Copies that may be on their way at once; their bodies are 64 MiB at most.</summary>
    public const int MostInFlight = 64;

    /// <summary>How long a copy may take where its route sets no limit.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    private int inFlight;

    /// <summary>Begins the copies of a request that is about to be forwarded; null when there are none. What was not read of the body when it is disposed is not copied.</summary>
    public CopiedBody? Begin(HttpContext context, Route route, PathString rewritten)
    {
        CopiedBody? body = null;
        foreach (EndpointSlice slice in route.NextMirrors().Select(services.Find).OfType<EndpointSlice>())
        {
            MirrorSeries series = services.Mirrored(slice.Series.Key);
            if (slice.Next() is not { } endpoint)
            {
                series.Answers.Count(StatusCodes.Status503ServiceUnavailable, TimeSpan.Zero);
            }
            else if (context.Request.ContentLength > CopiedBody.Most || !TryEnter())
            {
                series.Drop();
            }
            else
            {
                body ??= CopiedBody.Of(context);
                _ = Send(CopiedRequest.Of(context.Request, endpoint.Address, rewritten), body.Whole, route.Spec.Timeout ?? Patience, series);
            }
        }
        return body;
    }

    public void Dispose() => client.Dispose();

    private bool TryEnter()
    {
        if (Interlocked.Increment(ref inFlight) <= most)
        {
            return true;
        }
        Interlocked.Decrement(ref inFlight);
        return false;
    }

    private async Task Send(CopiedRequest request, Task<byte[]?> body, TimeSpan patience, MirrorSeries series)
    {
        try
        {
            if (await body is not { } bytes)
            {
                series.Drop();
                return;
            }
            long start = clock.GetTimestamp();
            int code = await Ask(request, bytes, patience);
            series.Answers.Count(code, clock.GetElapsedTime(start));
        }
        finally
        {
            Interlocked.Decrement(ref inFlight);
        }
    }

    /// <summary>The code of the answer, once it was read to its end: one that breaks off is no success.</summary>
    [SuppressMessage("Design", "CA1031", Justification = "Nobody waits for a copy; whatever ends it is counted.")]
    private async Task<int> Ask(CopiedRequest request, byte[] body, TimeSpan patience)
    {
        using CancellationTokenSource deadline = new(patience, clock);
        try
        {
            using HttpRequestMessage message = request.With(body);
            using HttpResponseMessage answer = await client.SendAsync(message, deadline.Token);
            await answer.Content.CopyToAsync(Stream.Null, deadline.Token);
            return (int)answer.StatusCode;
        }
        catch (Exception)
        {
            return deadline.IsCancellationRequested ? StatusCodes.Status504GatewayTimeout : StatusCodes.Status502BadGateway;
        }
    }
}
