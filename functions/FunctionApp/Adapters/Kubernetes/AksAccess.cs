using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Azure.Core;
using LlmOps.Kubernetes;

namespace LlmOps.FunctionApp.Adapters.Kubernetes;

/// <summary>AKS with Entra ID: the app's identity gets a token for the API server, whose address Azure Resource Manager tells.</summary>
internal sealed class AksAccess(KubernetesOptions options, TokenCredential credential, HttpClient management) : IClusterAccess
{
    /// <summary>The application of all AKS API servers in Entra ID (Azure/kubelogin, README).</summary>
    public const string ServerScope = "6dae42f8-4368-4678-94ff-3960e28e3630/.default";

    private const string ApiVersion = "2024-09-01";

    public async Task<ClusterAddress> Find(CancellationToken cancellation)
    {
        if (options.Server is { } server)
        {
            return new ClusterAddress(server, options.AuthorityPem());
        }
        using HttpRequestMessage request = new(
            HttpMethod.Post, new Uri(options.ManagementUri, $"{options.ClusterId.TrimEnd('/')}/listClusterUserCredential?api-version={ApiVersion}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await Ask(new Uri(options.ManagementUri, ".default").ToString(), cancellation));
        using HttpResponseMessage response = await management.SendAsync(request, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            // The body of a refusal is not told: what asks for credentials shows none.
            int status = (int)response.StatusCode;
            string advice = status is 401 or 403 or 404 ? "; the app's identity needs 'Azure Kubernetes Service Cluster User Role' on Kubernetes:ClusterId" : "";
            throw new ApiRefusedException($"Azure answers {status} to listClusterUserCredential{advice}", status);
        }
        JsonElement answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStreamAsync(cancellation));
        return answer.TryGetProperty("kubeconfigs", out JsonElement configs) && configs.EnumerateArray().FirstOrDefault() is { ValueKind: JsonValueKind.Object } first
            ? KubeConfig.Read(Encoding.UTF8.GetString(first.GetProperty("value").GetBytesFromBase64()))
            : throw new ApiRefusedException("Azure tells no kubeconfig of the cluster");
    }

    // The credential keeps the token until it ends, and asks anew in time.
    public async ValueTask<string?> Token(CancellationToken cancellation) => await Ask(ServerScope, cancellation);

    [SuppressMessage("Design", "CA1031", Justification = "Of an error of the credential only its kind is told: its message may hold what was shown.")]
    private async Task<string> Ask(string scope, CancellationToken cancellation)
    {
        try
        {
            return (await credential.GetTokenAsync(new TokenRequestContext([scope]), cancellation)).Token;
        }
        catch (Exception error) when (!cancellation.IsCancellationRequested)
        {
            throw new ApiRefusedException($"the app's identity got no token for {scope}: {error.GetType().Name}");
        }
    }
}
