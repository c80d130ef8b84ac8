using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>Requests to the API server as the app: to the address that was found, trusting its authority alone, with a token.</summary>
internal sealed class ClusterConnection(IClusterAccess access) : IDisposable
{
    private const long MostBytes = 64 << 20;

    private readonly SemaphoreSlim turn = new(1, 1);
    private volatile Opened? opened;
    private volatile bool doubted;

    /// <summary>Sends a request whose address is relative to the server's.</summary>
    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, CancellationToken cancellation)
    {
        Opened cluster = opened is { } known && !doubted ? known : await Open(cancellation);
        request.RequestUri = new Uri(cluster.Server, request.RequestUri!);
        if (await access.Token(cancellation) is { } token)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
        return await cluster.Http.SendAsync(request, cancellation);
    }

    /// <summary>Finds the server anew before the next request: its address, authority or credential may have changed.</summary>
    public void Doubt() => doubted = true;

    public void Dispose()
    {
        opened?.Http.Dispose();
        turn.Dispose();
    }

    private async Task<Opened> Open(CancellationToken cancellation)
    {
        await turn.WaitAsync(cancellation);
        try
        {
            Opened? before = opened;
            if (before is not null && !doubted)
            {
                return before;
            }
            // Asked once a doubt, whatever comes of it: who tells addresses must not be needed to reach the server.
            doubted = before is null;
            ClusterAddress address = await FindAgain(before?.Address, cancellation);
            if (before?.Address == address)
            {
                return before;
            }
            HttpClient http = new(Handler(address)) { MaxResponseContentBufferSize = MostBytes, Timeout = Timeout.InfiniteTimeSpan };
            // A path behind the host, as of a proxy before several clusters, stays only with a slash at its end.
            opened = new Opened(address, new Uri(address.Server.ToString().TrimEnd('/') + "/"), http);
            doubted = false;
            return opened;
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<ClusterAddress> FindAgain(ClusterAddress? known, CancellationToken cancellation)
    {
        try
        {
            return await access.Find(cancellation);
        }
        catch (Exception error) when (known is not null && (error is ApiRefusedException or HttpRequestException or IOException))
        {
            return known;
        }
    }

    // A redirect would show the token to another host. A private endpoint's address may move: connections end.
    private static SocketsHttpHandler Handler(ClusterAddress address)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (address.AuthorityPem is { } pem)
        {
            X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.ImportFromPem(pem);
            handler.SslOptions.CertificateChainPolicy = policy;
        }
        if (address.Client is var (certificate, key))
        {
            handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPem(certificate, key)];
        }
        return handler;
    }

    private sealed record Opened(ClusterAddress Address, Uri Server, HttpClient Http);
}
