namespace LlmOps.Inference.Models.Fetching;

/// <summary>
/// How a process on Azure asks for a token of its own identity for Blob Storage, by what its environment offers: a Kubernetes pod's federated
/// token, the endpoint of a container app or a web app, or the machine's metadata.
/// </summary>
internal static class IdentityRequest
{
    private const string Resource = "https://storage.azure.com/";

    /// <param name="environment">Looks up an environment variable.</param>
    /// <param name="read">Reads the file of the pod's token, which the kubelet exchanges every hour.</param>
    public static HttpRequestMessage From(Func<string, string?> environment, Func<string, string> read)
    {
        string? client = Given("AZURE_CLIENT_ID");
        if (Given("AZURE_FEDERATED_TOKEN_FILE") is { } file && Given("AZURE_TENANT_ID") is { } tenant && client is not null)
        {
            string authority = Given("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com/";
            return new HttpRequestMessage(HttpMethod.Post, $"{authority.TrimEnd('/')}/{Uri.EscapeDataString(tenant)}/oauth2/v2.0/token")
            {
                Content = new FormUrlEncodedContent(new Dictionary<string, string>
                {
                    ["grant_type"] = "client_credentials",
                    ["client_id"] = client,
                    ["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                    ["client_assertion"] = read(file).Trim(),
                    ["scope"] = Resource + ".default",
                }),
            };
        }
        string query = $"&resource={Uri.EscapeDataString(Resource)}" + (client is null ? "" : $"&client_id={Uri.EscapeDataString(client)}");
        if (Given("IDENTITY_ENDPOINT") is { } endpoint && Given("IDENTITY_HEADER") is { } header)
        {
            return new HttpRequestMessage(HttpMethod.Get, $"{endpoint}?api-version=2019-08-01{query}") { Headers = { { "X-IDENTITY-HEADER", header } } };
        }
        string metadata = Given("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254";
        return new HttpRequestMessage(HttpMethod.Get, $"{metadata.TrimEnd('/')}/metadata/identity/oauth2/token?api-version=2018-02-01{query}") { Headers = { { "Metadata", "true" } } };

        string? Given(string name) => environment(name) is { Length: > 0 } value ? value : null;
    }
}
