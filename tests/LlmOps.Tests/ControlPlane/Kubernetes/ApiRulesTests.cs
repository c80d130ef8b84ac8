using System.ComponentModel.DataAnnotations;
using LlmOps.Kubernetes;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

public sealed class ApiRulesTests
{
    [Fact]
    public void Addresses_are_those_of_the_API()
    {
        Assert.Equal("apis/apps/v1/namespaces/llmops/deployments/tiny-ops-blue", ApiCall.Get(ApiResource.Deployments, "llmops", "tiny-ops-blue").Address.ToString());
        Assert.Equal("api/v1/nodes?limit=500&labelSelector=agentpool%3Dgpu", ApiCall.List(ApiResource.Nodes, null, "agentpool=gpu").Address.OriginalString);
        Assert.Equal("api/v1/namespaces/llmops/events?limit=500&continue=a%2Bb", ApiCall.List(ApiResource.Events, "llmops").After("a+b").Address.OriginalString);
        Assert.Equal(
            "api/v1/namespaces/llmops/pods/p/log?container=server&tailLines=10&limitBytes=16384&timestamps=true&previous=true",
            ApiCall.Log("llmops", "p", "server", 10, previous: true).Address.OriginalString);
        Assert.Equal("apis/serving.kserve.io/v1alpha2/namespaces/llmops/llminferenceservices/x?fieldManager=llmops-control-plane", ApiCall.Patch(ApiResource.LlmInferenceServices, "llmops", "x").Address.OriginalString);
        Assert.EndsWith("/deployments/..%2Fsecrets%2Fx", ApiCall.Get(ApiResource.Deployments, "llmops", "../secrets/x").Address.OriginalString);
    }

    [Theory]
    [InlineData(429, 1, 2.0, 2.0)]
    [InlineData(503, 1, null, 0.25)]
    [InlineData(500, 2, null, 0.5)]
    [InlineData(0, 3, null, 1.0)]
    [InlineData(504, 1, 0.0, 0.25)]
    public void What_passes_is_tried_again_after_the_longer_wait(int status, int attempt, double? asked, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), ApiRetry.After(status, attempt, asked is { } wait ? TimeSpan.FromSeconds(wait) : null));

    [Theory]
    [InlineData(503, 4, null)]
    [InlineData(429, 1, 11.0)]
    [InlineData(200, 1, null)]
    [InlineData(404, 1, null)]
    [InlineData(409, 1, null)]
    [InlineData(410, 1, null)]
    [InlineData(403, 1, 1.0)]
    [InlineData(422, 1, null)]
    public void What_does_not_pass_is_not(int status, int attempt, double? asked) =>
        Assert.Null(ApiRetry.After(status, attempt, asked is { } wait ? TimeSpan.FromSeconds(wait) : null));

    [Fact]
    public void A_refusal_names_the_rule_that_is_missing()
    {
        string told = ApiRefusedException.Of(ApiCall.Log("llmops", "p", "c", 1, false), 403, "{}").Message;
        Assert.Contains("""{ apiGroups: [""], resources: ["pods/log"], verbs: ["get"] } in llmops""", told);
        Assert.Contains("in a ClusterRole", ApiRefusedException.Of(ApiCall.List(ApiResource.Nodes, null), 403, "{}").Message);
        Assert.Contains("""apiGroups: ["kustomize.toolkit.fluxcd.io"], resources: ["kustomizations"], verbs: ["patch"]""",
            ApiRefusedException.Of(ApiCall.Patch(ApiResource.Kustomizations, "flux-system", "x"), 403, "").Message);
    }

    [Fact]
    public void A_refusal_tells_the_servers_reason_without_secrets_and_no_page_of_a_proxy()
    {
        ApiCall call = ApiCall.Get(ApiResource.Deployments, "llmops", "x");
        Assert.Equal("get deployments.apps x in llmops: 422 Invalid: token=*** is wrong", ApiRefusedException.Of(call, 422, """{"reason":"Invalid","message":"token=abcdef is\nwrong"}""").Message);
        Assert.Equal("get deployments.apps x in llmops: 502 without a reason", ApiRefusedException.Of(call, 502, "<html>cookie=secret</html>").Message);
    }

    [Fact]
    public void The_kubeconfig_of_AKS_names_server_and_authority()
    {
        ClusterAddress address = KubeConfig.Read(Documents.Text("aks-kubeconfig.yaml"));
        Assert.Equal("https://llmops-dns-a1b2c3d4.hcp.westeurope.azmk8s.io/", address.Server.ToString());
        Assert.StartsWith("-----BEGIN CERTIFICATE-----", address.AuthorityPem);
        Assert.Null(address.Token);
        Assert.Null(address.Client);
    }

    [Theory]
    [InlineData("")]
    [InlineData("current-context: none")]
    [InlineData("{ not yaml")]
    [InlineData("just text")]
    public void A_kubeconfig_without_a_server_is_refused(string yaml) => Assert.Throws<ApiRefusedException>(() => KubeConfig.Read(yaml));

    [Fact]
    public void A_kubeconfig_that_trusts_anybody_is_refused_and_one_that_cannot_be_read_is_not_quoted()
    {
        string text = Documents.Text("aks-kubeconfig.yaml");
        Assert.Contains("insecure", Assert.Throws<ApiRefusedException>(() => KubeConfig.Read(text.Replace("server:", "insecure-skip-tls-verify: true\n    server:", StringComparison.Ordinal))).Message);
        Assert.DoesNotContain("LS0t", Assert.Throws<ApiRefusedException>(() => KubeConfig.Read(text.Replace("LS0tLS1C", "LS0t!", StringComparison.Ordinal))).ToString());
    }

    [Fact]
    public void All_that_is_wrong_with_the_settings_is_said_at_once()
    {
        string told = Assert.Throws<ValidationException>(() => new KubernetesOptions
        {
            ClusterId = "llmops", Namespace = "Not a name", SlotAddress = "{service}", ManagementUri = new Uri("http://management.example"), Timeout = TimeSpan.Zero,
            CertificateAuthority = "bm8gUEVN",
        }.Validate()).Message;
        Assert.All(new[] { "ClusterId must be a resource id", "Namespace", "SlotAddress", "ManagementUri must be https", "positive", "CertificateAuthority must be" }, part => Assert.Contains(part, told));
        Assert.Contains("ClusterId or", Assert.Throws<ValidationException>(() => new KubernetesOptions().Validate()).Message);
        Assert.Contains("KubeConfigPath", Assert.Throws<ValidationException>(() => new KubernetesOptions { Access = ClusterAccess.KubeConfig }.Validate()).Message);
        new KubernetesOptions { ClusterId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/llmops" }.Validate();
        new KubernetesOptions { Server = new Uri("https://api.example") }.Validate();
        new KubernetesOptions { Access = ClusterAccess.InCluster }.Validate();
    }

    [Fact]
    public void A_slots_address_is_filled_in()
    {
        KubernetesOptions options = new();
        Assert.Equal("http://tiny-ops-blue.llmops.svc.cluster.local/", options.AddressOf("tiny-ops", "blue", "tiny-ops-blue").ToString());
        Assert.Equal("https://blue.tiny-ops.llm.internal/x", (options with { SlotAddress = "https://{slot}.{model}.llm.internal/x" }).AddressOf("tiny-ops", "blue", "s").ToString());
    }
}
