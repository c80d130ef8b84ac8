using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Ports;
using LlmOps.Tests.ControlPlane.Kubernetes;

namespace LlmOps.Tests.FunctionApp.Kubernetes;

/// <summary>Slots and events beyond the contract: what goes wrong in a cluster, and KServe's kinds.</summary>
public sealed class KubernetesClusterTests
{
    [Fact]
    public async Task While_pods_of_the_version_before_serve_the_slot_does_not()
    {
        await using KubernetesUnderTest test = await Following();
        test.Stage("blue", "1.0.0", 2);
        test.Flux.Run(interval: true);
        test.Deployments.Lingers = true;
        test.Stage("blue", "1.1.0", 2);
        test.Flux.Run(interval: true);
        SlotStatus status = (await test.Cluster.Slot("tiny-ops", "blue", default))!;
        Assert.Equal(("1.1.0", 2, 2, 2), (status.Version, status.Replicas, status.ReadyReplicas, status.EarlierReplicas));
        Assert.False(status.Serves("sha256:1.1.0"));
    }

    [Fact]
    public async Task A_version_that_does_not_get_ready_tells_why()
    {
        await using KubernetesUnderTest test = await Following();
        test.Deployments.Stuck.Add("tiny-ops-blue");
        test.Stage("blue", "1.1.0");
        test.Flux.Run(interval: true);
        string pod = (string)test.Api.All(ApiResource.Pods).Single()["metadata"]!["name"]!;
        test.Api.Logs[pod] = "2026-08-22T09:59:29Z loading tiny-ops with HF_TOKEN=hf_abcdefghijklmnopqrstuvw\n2026-08-22T09:59:29.9Z out of memory\n";
        test.Api.Put(ApiResource.Events, new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "e1", ["namespace"] = "llmops" }, ["involvedObject"] = new JsonObject { ["kind"] = "Pod", ["name"] = pod },
            ["reason"] = "BackOff", ["message"] = "Back-off restarting failed container", ["lastTimestamp"] = "2026-08-22T09:59:50Z",
        });

        Assert.Equal((1, 0), await Replicas(test, "blue"));
        IReadOnlyList<ClusterEvent> events = await test.Cluster.RecentEvents("tiny-ops", "blue", default);
        Assert.Equal(["BackOff", "OOMKilled", "CrashLoopBackOff", "Log", "Log"], events.Select(one => one.Reason));
        Assert.Contains("out of memory", events[3].Message);
        Assert.DoesNotContain(events, one => one.Message.Contains("abcdefgh", StringComparison.Ordinal));
        Assert.Contains(test.Api.Calls, call => call.Subresource == "log");
    }

    [Fact]
    public async Task A_log_that_cannot_be_read_takes_nothing_else_away()
    {
        await using KubernetesUnderTest test = await Following();
        test.Deployments.Stuck.Add("tiny-ops-blue");
        test.Stage("blue", "1.1.0");
        test.Flux.Run(interval: true);
        Assert.Equal(["OOMKilled", "CrashLoopBackOff"], (await test.Cluster.RecentEvents("tiny-ops", "blue", default)).Select(one => one.Reason));
        test.Api.Faults = call => call.Subresource == "log" ? FakeAnswer.Status(403, "Forbidden", "") : null;
        IReadOnlyList<ClusterEvent> events = await test.Cluster.RecentEvents("tiny-ops", "blue", default);
        Assert.Contains("pods/log", events.Single(one => one.Reason == "NoLog").Message);
        Assert.Contains(events, one => one.Reason == "OOMKilled");
    }

    [Fact]
    public async Task A_slot_that_Flux_could_not_apply_is_unknown_and_says_why()
    {
        await using KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Api.Put(ApiResource.Kustomizations, (JsonObject)Documents.Read("kustomization-failed.json").Copy());
        Assert.Null(await test.Cluster.Slot("tiny-ops", "blue", default));
        Assert.Equal("BuildFailed", Assert.Single(await test.Cluster.RecentEvents("tiny-ops", "blue", default)).Reason);
    }

    [Fact]
    public async Task KServe_in_Standard_mode_is_read_through_its_predictor()
    {
        await using KubernetesUnderTest test = await Following();
        Serve(test);
        test.Api.Put(ApiResource.InferenceServices, Renamed("inferenceservice.json", "chat-green"));
        Assert.Equal((2, 0), await Replicas(test, "green", "chat"));
        JsonObject deployment = test.Api.Find(ApiResource.Deployments, "llmops", "tiny-ops-blue")!;
        deployment["metadata"]!["name"] = "chat-green-predictor";
        ((JsonObject)deployment["metadata"]!).Remove("uid");
        deployment["spec"]!["replicas"] = 2;
        deployment["spec"]!["selector"] = JsonNode.Parse("""{ "matchLabels": { "app": "isvc.chat-green-predictor" } }""");
        deployment["spec"]!["template"]!["metadata"]!["labels"] = JsonNode.Parse("""{ "app": "isvc.chat-green-predictor" }""");
        test.Api.Put(ApiResource.Deployments, deployment);
        test.Deployments.Run();
        Assert.Equal((2, 2), await Replicas(test, "green", "chat"));
        Assert.Equal("http://chat-green-predictor.llmops.svc.cluster.local/", (await test.Cluster.Slot("chat", "green", default))!.Endpoint.ToString());
    }

    [Fact]
    public async Task KServe_in_Knative_mode_is_read_through_its_Configuration()
    {
        await using KubernetesUnderTest test = await Following();
        Serve(test);
        JsonObject service = Renamed("inferenceservice.json", "tiny-ops-green");
        service["metadata"]!["annotations"]!["serving.kserve.io/deploymentMode"] = "Knative";
        test.Api.Delete(ApiResource.Deployments, test.Api.Find(ApiResource.Deployments, "llmops", "tiny-ops-green")!);
        test.Api.Put(ApiResource.InferenceServices, service);
        Assert.Equal((2, 0), await Replicas(test, "green"));
        test.Api.Put(ApiResource.KnativeConfigurations, (JsonObject)Documents.Read("knative-configuration.json", node => ((JsonObject)node["metadata"]!).Remove("generation")).Copy());
        Assert.Equal(1, (await test.Cluster.Slot("tiny-ops", "green", default))!.EarlierReplicas);
        Assert.Contains(test.Api.Calls, call => call is { Verb: "list", Resource.Plural: "pods" });
    }

    [Fact]
    public async Task An_LLM_slot_that_is_stopped_is_known_and_empty()
    {
        await using KubernetesUnderTest test = await Following();
        Serve(test);
        test.Api.Put(ApiResource.LlmInferenceServices, Renamed("llminferenceservice.json", "chat-blue"));
        SlotStatus status = (await test.Cluster.Slot("chat", "blue", default))!;
        Assert.Equal(("1.1.0", "sha256:1.1.0", 0, 0), (status.Version, status.Digest, status.Replicas, status.ReadyReplicas));
    }

    [Fact]
    public async Task Two_hints_of_one_instant_are_two()
    {
        await using KubernetesUnderTest test = await Following();
        await test.Cluster.RequestReconcile(default);
        string first = (string)test.Flux.Source["metadata"]!["annotations"]!["reconcile.fluxcd.io/requestedAt"]!;
        await test.Cluster.RequestReconcile(default);
        Assert.NotEqual(first, (string)test.Flux.Source["metadata"]!["annotations"]!["reconcile.fluxcd.io/requestedAt"]!);
    }

    private static async Task<KubernetesUnderTest> Following()
    {
        KubernetesUnderTest test = await KubernetesUnderTest.Start();
        test.Flux.Run(interval: true);
        return test;
    }

    private static void Serve(KubernetesUnderTest test)
    {
        test.Api.Served.UnionWith([ApiResource.InferenceServices, ApiResource.LlmInferenceServices, ApiResource.KnativeConfigurations]);
    }

    private static JsonObject Renamed(string file, string name) => (JsonObject)Documents.Read(file, node => node["metadata"]!["name"] = name).Copy();

    private static async Task<(int Wanted, int Ready)> Replicas(KubernetesUnderTest test, string slot, string model = "tiny-ops") =>
        await test.Cluster.Slot(model, slot, default) is { } status ? (status.Replicas, status.ReadyReplicas) : (-1, -1);
}
