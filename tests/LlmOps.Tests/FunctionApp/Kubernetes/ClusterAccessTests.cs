using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Azure.Core;
using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.Kubernetes;
using LlmOps.Tests.ControlPlane.Kubernetes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>How the API server is found and trusted, and what it is shown.</summary>
public sealed class ClusterAccessTests : IDisposable
{
    private const string ClusterId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/llmops";
    private readonly string folder = Directory.CreateTempSubdirectory("cluster-access-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Azure_tells_where_an_AKS_cluster_is_and_the_apps_identity_gets_a_token_for_it()
    {
        ScriptedCredential credential = new();
        string body = $$"""{"kubeconfigs":[{"name":"clusterUser","value":"{{Convert.ToBase64String(Encoding.UTF8.GetBytes(Documents.Text("aks-kubeconfig.yaml")))}}"}]}""";
        ScriptedManagement azure = new(HttpStatusCode.OK, body);
        AksAccess access = new(new KubernetesOptions { ClusterId = ClusterId }, credential, new HttpClient(azure));

        ClusterAddress address = await access.Find(default);
        Assert.Equal("https://llmops-dns-a1b2c3d4.hcp.westeurope.azmk8s.io/", address.Server.ToString());
        Assert.Equal(("POST", $"https://management.azure.com{ClusterId}/listClusterUserCredential?api-version=2024-09-01", "Bearer token of https://management.azure.com/.default"), azure.Seen);
        Assert.Equal("token of 6dae42f8-4368-4678-94ff-3960e28e3630/.default", await access.Token(default));
    }

    [Fact]
    public async Task A_missing_role_in_Azure_is_named_and_nothing_of_the_answer_told()
    {
        ScriptedManagement azure = new(HttpStatusCode.Forbidden, """{"error":{"message":"secret-of-the-answer"}}""");
        AksAccess access = new(new KubernetesOptions { ClusterId = ClusterId }, new ScriptedCredential(), new HttpClient(azure));
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => access.Find(default));
        Assert.Contains("Azure Kubernetes Service Cluster User Role", refused.Message);
        Assert.DoesNotContain("secret-of-the-answer", refused.ToString());
    }

    [Fact]
    public async Task Of_a_credentials_error_only_its_kind_is_told()
    {
        AksAccess access = new(new KubernetesOptions { Server = new Uri("https://api.example") }, new ScriptedCredential { Fails = true }, new HttpClient());
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(async () => await access.Token(default));
        Assert.Contains("InvalidOperationException", refused.Message);
        Assert.DoesNotContain("client-secret", refused.ToString());
    }

    [Fact]
    public async Task A_known_server_is_not_asked_for_and_its_authority_may_be_in_base64()
    {
        string pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
        foreach (string written in new[] { pem, Convert.ToBase64String(Encoding.UTF8.GetBytes(pem)) })
        {
            AksAccess access = new(new KubernetesOptions { Server = new Uri("https://api.example"), CertificateAuthority = written }, new ScriptedCredential(), new HttpClient());
            Assert.Equal(new ClusterAddress(new Uri("https://api.example"), pem), await access.Find(default));
        }
    }

    [Fact]
    public async Task A_pod_shows_its_service_account_whose_token_is_renewed()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "ca.crt"), "authority");
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), "first\n");
        InClusterAccess access = new(folder, name => name == "KUBERNETES_SERVICE_HOST" ? "fd00::1" : "443");
        Assert.Equal("https://[fd00::1]/", (await access.Find(default)).Server.ToString());
        Assert.Equal("first", await access.Token(default));
        await File.WriteAllTextAsync(Path.Combine(folder, "token"), "second");
        Assert.Equal("second", await access.Token(default));
        await Assert.ThrowsAsync<ApiRefusedException>(() => new InClusterAccess(folder, _ => null).Find(default));
    }

    [Fact]
    public async Task A_kubeconfig_that_only_runs_a_plugin_is_refused()
    {
        string path = Path.Combine(folder, "config");
        await File.WriteAllTextAsync(path, Documents.Text("aks-kubeconfig.yaml"));
        await Assert.ThrowsAsync<ApiRefusedException>(() => new KubeConfigAccess(path).Find(default));
        await File.WriteAllTextAsync(path, Documents.Text("aks-kubeconfig.yaml").Replace("    exec:", "    token: abc\n    exec:", StringComparison.Ordinal));
        Assert.Equal("abc", await new KubeConfigAccess(path).Token(default));
    }

    [Fact]
    public async Task Only_the_clusters_own_authority_is_trusted_and_a_client_certificate_is_shown()
    {
        using X509Certificate2 authority = Certificate("CN=kubernetes", null);
        using X509Certificate2 stranger = Certificate("CN=kubernetes", null);
        using X509Certificate2 server = Certificate("CN=kube-apiserver", authority);
        using X509Certificate2 client = Certificate("CN=admin", authority);
        await using WebApplication app = Https(server);
        await app.StartAsync();
        string url = app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal);

        string path = Path.Combine(folder, "config");
        await File.WriteAllTextAsync(path, Config(url, authority, client));
        using ClusterConnection trusted = new(new KubeConfigAccess(path));
        using HttpRequestMessage request = new(HttpMethod.Get, new Uri("version", UriKind.Relative));
        using HttpResponseMessage response = await trusted.Send(request, default);
        Assert.Equal("CN=admin", await response.Content.ReadAsStringAsync());

        await File.WriteAllTextAsync(path, Config(url, stranger, client));
        using ClusterConnection wrong = new(new KubeConfigAccess(path));
        using HttpRequestMessage again = new(HttpMethod.Get, new Uri("version", UriKind.Relative));
        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => wrong.Send(again, default));
        Assert.Equal(HttpRequestError.SecureConnectionError, refused.HttpRequestError);
    }

    private static WebApplication Https(X509Certificate2 certificate)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = certificate;
            https.ClientCertificateMode = Microsoft.AspNetCore.Server.Kestrel.Https.ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (_, _, _) => true;
        })));
        WebApplication app = builder.Build();
        app.Run(http => http.Response.WriteAsync(http.Connection.ClientCertificate!.Subject));
        return app;
    }

    private static X509Certificate2 Certificate(string subject, X509Certificate2? issuer)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(issuer is null, false, 0, true));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        DateTimeOffset from = DateTimeOffset.Parse("2020-01-01T00:00:00Z");
        DateTimeOffset until = DateTimeOffset.Parse("2080-01-01T00:00:00Z");
        using X509Certificate2 made = issuer is null ? request.CreateSelfSigned(from, until) : request.Create(issuer, from, until, RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 whole = made.HasPrivateKey ? X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null) : made.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static string Config(string server, X509Certificate2 authority, X509Certificate2 client) => $$"""
        current-context: c
        contexts:
          - { name: c, context: { cluster: c, user: u } }
        clusters:
          - { name: c, cluster: { server: "{{server}}", certificate-authority-data: {{Base64(authority.ExportCertificatePem())}} } }
        users:
          - { name: u, user: { client-certificate-data: {{Base64(client.ExportCertificatePem())}}, client-key-data: {{Base64(client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem())}} } }
        """;

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private sealed class ScriptedManagement(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public (string Method, string Address, string Shown) Seen { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = (request.Method.Method, request.RequestUri!.ToString(), request.Headers.Authorization!.ToString());
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(body) });
        }
    }
}

/// <summary>An identity that gets a token for whatever it is asked.</summary>
internal sealed class ScriptedCredential : TokenCredential
{
    public bool Fails { get; init; }

    public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) => Fails
        ? throw new InvalidOperationException("client-secret=abc was refused")
        : ValueTask.FromResult(new AccessToken($"token of {requestContext.Scopes.Single()}", DateTimeOffset.MaxValue));
}
