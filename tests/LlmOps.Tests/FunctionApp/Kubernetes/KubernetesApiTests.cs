using LlmOps.FunctionApp.Adapters.Kubernetes;
using LlmOps.Kubernetes;
using LlmOps.Ports;
using LlmOps.Tests.ControlPlane.Kubernetes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>What becomes of refusals and of servers in trouble.</summary>
public sealed class KubernetesApiTests
{
    [Fact]
    public async Task A_token_that_is_no_longer_taken_is_asked_for_again_once()
    {
        FixedAccess access = new(new Uri("http://localhost"));
        await using KubernetesUnderTest probe = await KubernetesUnderTest.Start();
        access = new FixedAccess(probe.Api.Address);
        access.Tokens.Clear();
        access.Tokens.Enqueue("expired");
        access.Tokens.Enqueue(FakeApiServer.Token);
        using ClusterConnection connection = new(access);
        KubernetesApi api = new(connection, new KubernetesOptions { Timeout = TimeSpan.FromHours(1) }, probe.Clock);
        Assert.NotNull(await api.Get(ApiResource.Kustomizations, "flux-system", "llmops-apps", default));
        Assert.Equal(2, access.Found);

        probe.Api.Accepts = "another";
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => api.Get(ApiResource.Kustomizations, "flux-system", "llmops-apps", default));
        Assert.Contains("401", refused.Message);
        Assert.DoesNotContain(FakeApiServer.Token, refused.ToString());
        Assert.Equal(3, access.Found);
    }

    [Fact]
    public async Task An_address_that_nobody_tells_anew_is_the_one_of_before()
    {
        await using KubernetesUnderTest probe = await KubernetesUnderTest.Start();
        ForgetfulAccess access = new(probe.Api.Address);
        using ClusterConnection connection = new(access);
        KubernetesApi api = new(connection, new KubernetesOptions { Timeout = TimeSpan.FromHours(1) }, probe.Clock);
        Assert.NotNull(await api.Get(ApiResource.Kustomizations, "flux-system", "llmops-apps", default));
        connection.Doubt();
        Assert.NotNull(await api.Get(ApiResource.Kustomizations, "flux-system", "llmops-apps", default));
        Assert.NotNull(await api.Get(ApiResource.Kustomizations, "flux-system", "llmops-apps", default));
        Assert.Equal(2, access.Asked);
    }

    private sealed class ForgetfulAccess(Uri server) : IClusterAccess
    {
        public int Asked { get; private set; }

        public Task<ClusterAddress> Find(CancellationToken cancellation) =>
            ++Asked == 1 ? Task.FromResult(new ClusterAddress(server, null)) : throw new ApiRefusedException("Azure answers 429 to listClusterUserCredential", 429);

        public ValueTask<string?> Token(CancellationToken cancellation) => ValueTask.FromResult<string?>(FakeApiServer.Token);
    }

    [Fact]
    public async Task A_missing_permission_is_named()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Faults = call => call.Verb == "patch" ? FakeAnswer.Status(403, "Forbidden", "gitrepositories.source.toolkit.fluxcd.io \"llmops\" is forbidden") : null;
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.RequestReconcile(default));
        Assert.Contains("""{ apiGroups: ["source.toolkit.fluxcd.io"], resources: ["gitrepositories"], verbs: ["patch"] } in flux-system""", refused.Message);
        Assert.Contains("control-plane-rbac.yaml", refused.Message);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again_when_it_says()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        int asked = 0;
        test.Api.Faults = _ => asked++ switch
        {
            0 => FakeAnswer.Status(429, "TooManyRequests", "too many requests, please try again later", "3"),
            1 => new FakeAnswer(503, "no healthy upstream"),
            _ => null,
        };
        Assert.Null(await test.Cluster.ReconciledRevision(default));
        Assert.Equal([TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(500)], test.Clock.Waits);
    }

    [Fact]
    public async Task A_server_in_trouble_is_given_up_after_four_tries()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Faults = _ => new FakeAnswer(500, "<html>etcd: secret=abcdef</html>");
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default));
        Assert.Equal(4, test.Api.Calls.Count);
        Assert.DoesNotContain("abcdef", refused.Message);
    }

    [Fact]
    public async Task A_call_takes_a_bounded_time()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start(options => options with { Timeout = TimeSpan.FromSeconds(2) });
        test.Api.Faults = _ => new FakeAnswer(200, "{}", Hangs: true);
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default));
        Assert.Contains("no answer within 2 s", refused.Message);
    }

    [Fact]
    public async Task A_caller_that_has_enough_is_not_kept()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Faults = _ => new FakeAnswer(200, "{}", Hangs: true);
        using CancellationTokenSource enough = new();
        Task<string?> asked = test.Cluster.ReconciledRevision(enough.Token);
        await Eventually.True(() => test.Api.Calls.Count == 1);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_refusal_without_an_answer()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        await test.Api.DisposeAsync();
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default));
        Assert.Contains("not reached: ConnectionError", refused.Message);
        Assert.Equal(0, refused.Status);
    }

    [Fact]
    public async Task Something_else_before_the_server_is_not_taken_for_it()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Faults = _ => new FakeAnswer(200, "<html>sign in</html>");
        Assert.Contains("no JSON", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default))).Message);
        test.Api.Faults = _ => new FakeAnswer(302, "");
        Assert.Contains("302", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default))).Message);
    }

    [Fact]
    public async Task A_long_list_is_read_page_by_page_and_anew_when_a_page_is_too_old()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.PageSize = 1;
        int pages = 0;
        test.Api.Faults = call => call.Resource == ApiResource.Nodes && ++pages == 2 ? FakeAnswer.Status(410, "Expired", "The provided continue parameter is too old") : null;
        foreach (string name in new[] { "n1", "n2", "n3" })
        {
            test.Api.Put(ApiResource.Nodes, Node(name, "gpu"));
        }
        Assert.Equal(3, await test.Nodes("gpu", default));
        Assert.Equal(5, pages);
    }

    [Fact]
    public async Task Nodes_are_counted_by_either_label_of_a_pool()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Put(ApiResource.Nodes, Node("n1", "gpu"));
        test.Api.Put(ApiResource.Nodes, Node("n2", "other"));
        Assert.Equal(1, await test.Nodes("gpu", default));
        Assert.Equal(0, await test.Nodes("none", default));
        System.Text.Json.Nodes.JsonObject old = Node("n3", "old");
        old["metadata"]!["labels"] = new System.Text.Json.Nodes.JsonObject { ["agentpool"] = "old" };
        test.Api.Put(ApiResource.Nodes, old);
        Assert.Equal(1, await test.Nodes("old", default));
    }

    [Fact]
    public async Task An_unknown_Kustomization_is_no_wait_but_an_error()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start(options => options with { Kustomization = "another" });
        test.IgnoresRoles = true;
        Assert.Contains("Kubernetes:Kustomization", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Cluster.ReconciledRevision(default))).Message);
    }

    private static System.Text.Json.Nodes.JsonObject Node(string name, string pool)
    {
        var node = (System.Text.Json.Nodes.JsonObject)Documents.Read("nodes.json").Items("items").First().Copy();
        node["metadata"]!["name"] = name;
        node["metadata"]!["labels"]!["kubernetes.azure.com/agentpool"] = pool;
        return node;
    }
}
