namespace LlmOps.Inference.Models.Fetching;

/// <summary>Makes the client for an origin: what it follows, and what it shows.</summary>
internal sealed class ConnectOrigin(FetchOptions options, Func<string, string?> environment, TimeProvider clock)
{
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    public HttpClient To(ModelSource.Origin origin)
    {
        SocketsHttpHandler sockets = new()
        {
            ConnectTimeout = ConnectTimeout,
            MaxConnectionsPerServer = options.Connections,
            // A token goes to the account alone; a redirection from https leads to https only (SocketsHttpHandler's own rule).
            AllowAutoRedirect = !origin.AsIdentity && origin.Address.Scheme == Uri.UriSchemeHttps,
        };
        HttpMessageHandler handler = sockets;
        if (origin.AsIdentity)
        {
            // The machine's metadata answer only who asks without a proxy.
            bool federated = environment("AZURE_FEDERATED_TOKEN_FILE") is { Length: > 0 };
            OwnIdentity identity = new(new HttpClient(new SocketsHttpHandler { ConnectTimeout = ConnectTimeout, UseProxy = federated, AllowAutoRedirect = false }), environment, File.ReadAllText, clock);
            handler = new BlobAuthorization(identity, clock) { InnerHandler = sockets };
        }
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}
