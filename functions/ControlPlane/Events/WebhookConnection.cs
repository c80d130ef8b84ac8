using System.Net;
using System.Net.Sockets;

namespace LlmOps.Events;

/// <summary>
/// Connects webhooks to admitted addresses only. A name is resolved once, here, and the connection goes to what was
/// checked: a name that answers differently the next time gains nothing. Redirects and proxies are not followed.
/// </summary>
public static class WebhookConnection
{
    private static readonly TimeSpan PoolLifetime = TimeSpan.FromMinutes(2);

    public static SocketsHttpHandler Handler(ControlPlaneOptions options) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        PooledConnectionLifetime = PoolLifetime,
        ConnectTimeout = options.WebhookTimeout,
        ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, options.WebhookNetworks, cancellation),
    };

    private static async ValueTask<Stream> Connect(DnsEndPoint target, IReadOnlyList<string> networks, CancellationToken cancellation)
    {
        IPAddress[] known = await Dns.GetHostAddressesAsync(target.Host, cancellation);
        IPAddress[] admitted = [.. known.Where(address => PublicNetwork.Admits(address, networks))];
        if (admitted.Length == 0)
        {
            throw new ForbiddenAddressException(known.Length == 0 ? "its name has no address" : "its address is not public, and no setting admits it");
        }
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(admitted, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A webhook's name leads to an address that webhooks may not reach.</summary>
public sealed class ForbiddenAddressException(string message) : Exception(message);
