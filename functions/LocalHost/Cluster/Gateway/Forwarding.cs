using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace LlmOps.LocalHost.Cluster.Gateway;

/// <summary>Carries one request to one address, streaming both ways, and says what the client met.</summary>
internal sealed class Forwarding(IHttpForwarder forwarder, TimeProvider clock) : IDisposable
{
    /// <summary>The client went away: nobody's fault here.</summary>
    public const int ClientClosedRequest = 499;

    private static readonly GatewayHeaders Headers = new();
    private static readonly TimeSpan Unlimited = TimeSpan.FromDays(1);

    private readonly HttpMessageInvoker client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = TimeSpan.FromSeconds(5),
    });

    /// <summary>Answers the request and returns the code to count: a response that breaks off is no success.</summary>
    public async Task<int> Send(HttpContext context, string address, TimeSpan? timeout)
    {
        using CancellationTokenSource deadline = new(timeout ?? Unlimited, clock);
        ForwarderRequestConfig config = new()
        {
            ActivityTimeout = timeout ?? Unlimited,
            Version = HttpVersion.Version11,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        ForwarderError error = await forwarder.SendAsync(context, address, client, config, Headers, deadline.Token);
        if (error == ForwarderError.None)
        {
            return context.Response.StatusCode;
        }
        int code = Code(context, deadline.IsCancellationRequested || error == ForwarderError.RequestTimedOut);
        if (!context.Response.HasStarted)
        {
            context.Response.StatusCode = code;
        }
        return code;
    }

    public void Dispose() => client.Dispose();

    private static int Code(HttpContext context, bool timedOut) =>
        timedOut ? StatusCodes.Status504GatewayTimeout
        : context.RequestAborted.IsCancellationRequested ? ClientClosedRequest
        : StatusCodes.Status502BadGateway;
}
