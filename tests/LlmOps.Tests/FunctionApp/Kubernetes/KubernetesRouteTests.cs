using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Tests.ControlPlane.Kubernetes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>Weights past Git beyond the contract: races with Flux and with people, and the other dialects.</summary>
public sealed class KubernetesRouteTests
{
    [Fact]
    public async Task Flux_is_suspended_before_the_weights_are_touched()
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Calls.Clear();
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal(["kustomizations", "httproutes"], test.Api.Calls.Where(call => call.Verb == "patch").Select(call => call.Resource.Plural));
        Assert.True((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        test.Api.Calls.Clear();
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.DoesNotContain(test.Api.Calls, call => call.Verb == "patch");
    }

    [Fact]
    public async Task What_Flux_was_applying_when_it_was_suspended_does_not_stay()
    {
        await using KubernetesUnderTest test = await Serving();
        int looks = 0;
        Applying(test, true);
        test.Clock.Meanwhile = () =>
        {
            // The reconciliation that was under way applies what Git says, and ends.
            if (++looks == 2)
            {
                test.Flux.Apply($"main@sha1:{test.Git.HeadSha}", whatever: true);
            }
        };
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal((100, 0), test.Weights());
        Assert.Equal(2, looks);
    }

    [Fact]
    public async Task A_reconciliation_that_does_not_end_is_watched_for_a_bounded_time()
    {
        await using KubernetesUnderTest test = await Serving();
        Applying(test, true);
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal(20, test.Clock.Waits.Count);
        Assert.Equal((100, 0), test.Weights());
    }

    [Fact]
    public async Task Somebody_who_is_faster_is_read_again()
    {
        await using KubernetesUnderTest test = await Serving();
        HashSet<string> raced = [];
        test.Api.BeforePatch = call =>
        {
            if (raced.Add(call.Resource.Plural))
            {
                JsonObject now = test.Api.Find(call.Resource, call.Namespace, call.Name!)!;
                now["metadata"]!["annotations"] = new JsonObject { ["example.com/by"] = "somebody" };
                test.Api.Put(call.Resource, now);
            }
        };
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal((100, 0), test.Weights());
        Assert.Equal(["kustomizations", "httproutes"], raced);
        Assert.Equal("somebody", (string?)test.Flux.Kustomization["metadata"]!["annotations"]!["example.com/by"]);
    }

    [Fact]
    public async Task While_another_model_is_owed_Flux_stays_suspended()
    {
        await using KubernetesUnderTest test = await Serving();
        JsonObject chat = test.Api.Find(ApiResource.HttpRoutes, "llmops", "tiny-ops")!;
        chat["metadata"]!["name"] = "chat";
        chat["spec"]!["rules"]![0]!["backendRefs"]![0]!["name"] = "chat-blue";
        chat["spec"]!["rules"]![0]!["backendRefs"]![1]!["name"] = "chat-green";
        test.Api.Put(ApiResource.HttpRoutes, chat);
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        await test.Route.SendAllTo("chat", "green", default);
        await test.Route.Resume("tiny-ops", default);
        Assert.True((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        Assert.Equal((100, 0), test.Weights());
        await test.Route.Resume("chat", default);
        Assert.False((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        Assert.Equal((0, 100), test.Weights());
    }

    [Fact]
    public async Task Flux_stays_suspended_until_it_has_fetched_what_Git_says_now()
    {
        await using KubernetesUnderTest test = await Serving();
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        test.Weigh(100, 0);
        test.Flux.FetchFails = true;
        ApiRefusedException refused = await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.Resume("tiny-ops", default));
        Assert.Contains("stays suspended", refused.Message);
        Assert.True((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        Assert.Equal((100, 0), test.Weights());

        test.Flux.FetchFails = false;
        List<(int, int)> weights = [];
        Action<ApiCall> run = test.Api.Patched;
        test.Api.Patched = call =>
        {
            run(call);
            weights.Add(test.Weights());
        };
        await test.Route.Resume("tiny-ops", default);
        Assert.False((bool)test.Flux.Kustomization["spec"]!["suspend"]!);
        Assert.All(weights, seen => Assert.Equal((100, 0), seen));
        Assert.Equal(test.Git.HeadSha, await test.Cluster.ReconciledRevision(default));
    }

    [Theory]
    [InlineData("kustomizations")]
    [InlineData("httproutes")]
    public async Task What_was_cut_off_is_finished_by_who_asks_again(string cutOff)
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Faults = call => call.Verb == "patch" && call.Resource.Plural == cutOff ? FakeAnswer.Status(422, "Invalid", "") : null;
        await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.SendAllTo("tiny-ops", "blue", default));
        Assert.Equal((0, 100), test.Weights());
        test.Api.Faults = _ => null;
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal((100, 0), test.Weights());
        test.Weigh(100, 0);
        test.Api.Faults = call => call.Verb == "patch" && call.Resource == ApiResource.Kustomizations ? FakeAnswer.Status(422, "Invalid", "") : null;
        await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.Resume("tiny-ops", default));
        test.Api.Faults = _ => null;
        await test.Route.Resume("tiny-ops", default);
        await test.Route.Resume("tiny-ops", default);
        Assert.Equal((100, 0), test.Weights());
        Assert.Equal(test.Git.HeadSha, await test.Cluster.ReconciledRevision(default));
    }

    [Fact]
    public async Task A_model_without_a_route_is_refused()
    {
        await using KubernetesUnderTest test = await Serving();
        Assert.Contains("no route", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.SendAllTo("unknown", "blue", default))).Message);
    }

    [Fact]
    public async Task A_kind_that_the_role_leaves_out_does_not_hide_the_one_that_is_used()
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Served.Add(ApiResource.VirtualServices);
        test.Api.Put(ApiResource.VirtualServices, (JsonObject)Documents.Read("virtualservice.json").Copy());
        test.Api.Faults = call => call.Resource == ApiResource.HttpRoutes ? FakeAnswer.Status(403, "Forbidden", "") : null;
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        JsonNode rule = test.Api.Find(ApiResource.VirtualServices, "llmops", "tiny-ops")!["spec"]!["http"]![1]!;
        Assert.Equal((100, 0), ((int)rule["route"]![0]!["weight"]!, (int)rule["route"]![1]!["weight"]!));
        Assert.Equal("tiny-ops-shadow", (string?)rule["mirror"]!["host"]);

        test.Api.Delete(ApiResource.VirtualServices, test.Api.Find(ApiResource.VirtualServices, "llmops", "tiny-ops")!);
        Assert.Contains("httproutes", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.SendAllTo("tiny-ops", "blue", default))).Message);
    }

    [Fact]
    public async Task A_kind_that_the_role_leaves_out_does_not_stop_what_was_found()
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Served.Add(ApiResource.VirtualServices);
        test.Api.Faults = call => call.Resource == ApiResource.VirtualServices ? FakeAnswer.Status(403, "Forbidden", "") : null;
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Equal((100, 0), test.Weights());
        test.Api.Faults = call => call is { Verb: "patch", Resource.Plural: "httproutes" } ? FakeAnswer.Status(403, "Forbidden", "") : null;
        Assert.Contains("patch", (await Assert.ThrowsAsync<ApiRefusedException>(() => test.Route.SendAllTo("tiny-ops", "green", default))).Message);
    }

    [Fact]
    public async Task A_shadow_ends_with_the_glass()
    {
        await using KubernetesUnderTest test = await Serving();
        JsonObject route = test.Api.Find(ApiResource.HttpRoutes, "llmops", "tiny-ops")!;
        route["spec"]!["rules"]![0]!["filters"] = JsonNode.Parse("""[{ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "tiny-ops-green", "port": 80 } } }]""");
        test.Api.Put(ApiResource.HttpRoutes, route);
        await test.Route.SendAllTo("tiny-ops", "blue", default);
        Assert.Null(test.Api.Find(ApiResource.HttpRoutes, "llmops", "tiny-ops")!["spec"]!["rules"]![0]!["filters"]);
    }

    [Fact]
    public async Task Both_LLM_slots_get_their_weights_the_chosen_one_first()
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Served.Add(ApiResource.LlmInferenceServices);
        foreach (string name in new[] { "chat-blue", "chat-green" })
        {
            test.Api.Put(ApiResource.LlmInferenceServices, (JsonObject)Documents.Read("llminferenceservice.json", node => node["metadata"]!["name"] = name).Copy());
        }
        await test.Route.SendAllTo("chat", "green", default);
        Assert.Equal(["chat-green", "chat-blue"], test.Api.Calls.Where(call => call.Verb == "patch" && call.Resource == ApiResource.LlmInferenceServices).Select(call => call.Name));
        Assert.Equal(1_000_000, (int)test.Api.Find(ApiResource.LlmInferenceServices, "llmops", "chat-green")!["spec"]!["router"]!["route"]!["weight"]!);
        Assert.Equal(0, (int)test.Api.Find(ApiResource.LlmInferenceServices, "llmops", "chat-blue")!["spec"]!["router"]!["route"]!["weight"]!);
    }

    [Fact]
    public async Task Knative_shares_are_set_where_Knative_is()
    {
        await using KubernetesUnderTest test = await Serving();
        test.Api.Served.Add(ApiResource.KnativeRoutes);
        test.Api.Delete(ApiResource.HttpRoutes, test.Api.Find(ApiResource.HttpRoutes, "llmops", "tiny-ops")!);
        test.Api.Put(ApiResource.KnativeRoutes, (JsonObject)Documents.Read("knative-route.json").Copy());
        await test.Route.SendAllTo("tiny-ops", "green", default);
        JsonArray traffic = (JsonArray)test.Api.Find(ApiResource.KnativeRoutes, "llmops", "tiny-ops")!["spec"]!["traffic"]!;
        Assert.Equal([0, 100, null], traffic.Select(target => (int?)target!["percent"]));
    }

    private static async Task<KubernetesUnderTest> Serving()
    {
        KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Stage("blue", "1.0.0");
        test.Stage("green", "1.1.0");
        test.Weigh(0, 100);
        test.Flux.Run(interval: true);
        Assert.Equal((0, 100), test.Weights());
        return test;
    }

    private static void Applying(KubernetesUnderTest test, bool applying)
    {
        JsonObject kustomization = test.Flux.Kustomization;
        kustomization["status"]!["conditions"] = JsonNode.Parse($$"""[{ "type": "Reconciling", "status": "{{applying}}", "reason": "Progressing" }]""");
        test.Api.Put(ApiResource.Kustomizations, kustomization);
    }
}
