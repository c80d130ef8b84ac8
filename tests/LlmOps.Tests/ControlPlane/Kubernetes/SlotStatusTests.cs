using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;
using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

public sealed class SlotStatusTests
{
    private static readonly Uri Endpoint = new("http://tiny-ops-blue.llmops.svc.cluster.local");

    [Fact]
    public void During_a_rolling_update_only_pods_of_the_present_template_are_ready_and_those_that_still_serve_are_earlier()
    {
        SlotStatus status = Rolling(_ => { });
        Assert.Equal(new SlotStatus("1.1.0", "sha256:1.1.0", 2, 1, Endpoint, 2), status);
        Assert.False(status.Serves("sha256:1.1.0"));
    }

    [Fact]
    public void A_template_that_the_controller_has_not_seen_yet_has_no_ready_pod() =>
        Assert.Equal(("1.2.0", 0, 3), Of(Rolling(all => all["deployment"]!["spec"]!["template"]!["metadata"]!["annotations"]!["llmops.dev/version"] = "1.2.0")));

    [Fact]
    public void Settings_are_part_of_the_template() =>
        Assert.Equal(0, Rolling(all => all["deployment"]!["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]![1] = "green").ReadyReplicas);

    [Fact]
    public void A_change_of_replicas_alone_keeps_who_is_ready()
    {
        SlotStatus status = Rolling(all => all["deployment"]!["spec"]!["replicas"] = 3);
        Assert.Equal((3, 1), (status.Replicas, status.ReadyReplicas));
        Assert.Equal(1, Rolling(all => ((JsonObject)all["deployment"]!["spec"]!).Remove("replicas")).Replicas);
    }

    [Fact]
    public void A_pod_that_no_request_reaches_is_not_ready()
    {
        SlotStatus status = Rolling(all => all["endpointSlices"] = new JsonArray());
        Assert.Equal((0, 0), (status.ReadyReplicas, status.EarlierReplicas));
    }

    [Fact]
    public void A_pod_that_was_told_to_go_is_not_ready_and_no_earlier_one_if_its_template_is_the_present_one()
    {
        SlotStatus status = Rolling(all => Pod(all, "p1")["metadata"]!["deletionTimestamp"] = "2026-08-22T10:01:00Z");
        Assert.Equal((0, 2), (status.ReadyReplicas, status.EarlierReplicas));
    }

    [Fact]
    public void Endpoints_without_conditions_get_requests() => Assert.Equal(
        2, Rolling(all =>
        {
            foreach (JsonNode? slice in (JsonArray)all["endpointSlices"]!)
            {
                slice!["endpoints"] = new JsonArray([.. ((JsonArray)slice["endpoints"]!).Skip(2).Select(one =>
                {
                    ((JsonObject)one!).Remove("conditions");
                    return one.DeepClone();
                })]);
            }
        }).EarlierReplicas);

    [Fact]
    public void An_address_that_is_no_pod_answers_in_their_place()
    {
        SlotStatus status = Rolling(all => ((JsonArray)all["endpointSlices"]![0]!["endpoints"]!).Add(JsonNode.Parse("""{ "addresses": ["192.0.2.7"] }""")));
        Assert.Equal(3, status.EarlierReplicas);
    }

    [Fact]
    public void ReplicaSets_of_another_deployment_do_not_count() =>
        Assert.Equal(0, Rolling(all => all["replicaSets"]![1]!["metadata"]!["ownerReferences"]![0]!["uid"] = "another").ReadyReplicas);

    // As KEDA's Deployment beside a slot: other labels, the same pods.
    [Theory]
    [InlineData("rs-old", 2)]
    [InlineData("rs-new", 1)]
    public void Pods_that_an_autoscaler_adds_are_neither_ready_nor_earlier_while_they_run_the_same(string like, int earlier)
    {
        SlotStatus status = Rolling(all =>
        {
            JsonNode set = ((JsonArray)all["replicaSets"]!).Single(one => (string?)one!["metadata"]!["uid"] == like)!.DeepClone();
            set["metadata"]!["uid"] = "rs-burst";
            set["metadata"]!["ownerReferences"]![0]!["uid"] = "burst";
            set["spec"]!["template"]!["metadata"]!["labels"]!["llmops.dev/part"] = "burst";
            ((JsonArray)all["replicaSets"]!).Add(set);
            Pod(all, "p3")["metadata"]!["ownerReferences"]![0]!["uid"] = "rs-burst";
        });
        Assert.Equal((1, earlier), (status.ReadyReplicas, status.EarlierReplicas));
    }

    [Fact]
    public void When_all_have_moved_on_the_slot_serves()
    {
        SlotStatus status = Rolling(all =>
        {
            all["deployment"]!["spec"]!["replicas"] = 1;
            foreach (JsonNode? slice in (JsonArray)all["endpointSlices"]!)
            {
                slice!["endpoints"] = new JsonArray(slice["endpoints"]![0]!.DeepClone());
            }
        });
        Assert.True(status.Serves("sha256:1.1.0"));
        Assert.False(status.Serves("sha256:1.0.0"));
    }

    [Fact]
    public void While_Knative_serves_the_revision_before_it_is_an_earlier_one()
    {
        JsonElement configuration = Documents.Read("knative-configuration.json");
        JsonElement[] pods = [Ready("00001"), Ready("00002"), Ready("00002")];
        Assert.Equal(new SlotStatus("1.1.0", "sha256:1.1.0", 2, 0, Endpoint, 1), new KnativeSlot(configuration, pods).Status(Endpoint));
        Assert.Equal(1, new KnativeSlot(configuration, []).Status(Endpoint).EarlierReplicas);

        JsonElement rolled = Documents.Read("knative-configuration.json", node => node["status"]!["latestReadyRevisionName"] = "tiny-ops-green-predictor-00002");
        SlotStatus status = new KnativeSlot(rolled, pods).Status(Endpoint);
        Assert.Equal((2, 0), (status.ReadyReplicas, status.EarlierReplicas));
        JsonElement stale = Documents.Changed(rolled, node => node["metadata"]!["generation"] = 3);
        Assert.Equal((0, 2), (new KnativeSlot(stale, pods).Status(Endpoint).ReadyReplicas, new KnativeSlot(stale, pods).Status(Endpoint).EarlierReplicas));
        JsonElement first = Documents.Read("knative-configuration.json", node => ((JsonObject)node["status"]!).Remove("latestReadyRevisionName"));
        Assert.Equal((0, 0), (new KnativeSlot(first, []).Status(Endpoint).ReadyReplicas, new KnativeSlot(first, []).Status(Endpoint).EarlierReplicas));
    }

    [Fact]
    public void The_place_of_a_slot_is_named_as_KServe_names_it()
    {
        SlotPlace standard = SlotPlace.OfInferenceService(Documents.Read("inferenceservice.json"));
        Assert.Equal(("tiny-ops-green-predictor", null, "tiny-ops-green-predictor"), (standard.Deployment, standard.Configuration, standard.Service));
        Assert.Equal(new SlotStatus("1.1.0", "sha256:1.1.0", 2, 0, Endpoint), standard.Declared!.Status(Endpoint));
        SlotPlace knative = SlotPlace.OfInferenceService(Documents.Read("inferenceservice.json", node => node["metadata"]!["annotations"]!["serving.kserve.io/deploymentMode"] = "Knative"));
        Assert.Equal((null, "tiny-ops-green-predictor"), (knative.Deployment, knative.Configuration));
        Assert.Throws<ApiRefusedException>(() => SlotPlace.OfInferenceService(
            Documents.Read("inferenceservice.json", node => node["metadata"]!["annotations"]!["serving.kserve.io/deploymentMode"] = "ModelMesh")));

        SlotPlace llm = SlotPlace.OfLlmInferenceService(Documents.Read("llminferenceservice.json"));
        Assert.Equal(("tiny-ops-green-kserve", "tiny-ops-green-kserve-workload-svc"), (llm.Deployment, llm.Service));
        Assert.Equal(0, llm.Declared!.Replicas);
        Assert.Equal(2, SlotPlace.OfLlmInferenceService(
            Documents.Read("llminferenceservice.json", node => node["metadata"]!["annotations"]!["serving.kserve.io/stop"] = "false")).Declared!.Replicas);
    }

    [Fact]
    public void A_selector_is_asked_for_as_it_stands_or_not_at_all()
    {
        Assert.Equal("app.kubernetes.io/name=tiny-ops,llmops.dev/slot=blue", DeploymentSlot.Selector(Documents.Read("rolling-update.json").GetProperty("deployment")));
        Assert.Equal("a in (x,y),!b", PodTemplate.Selector(JsonElement.Parse(
            """{ "matchExpressions": [{ "key": "a", "operator": "In", "values": ["x", "y"] }, { "key": "b", "operator": "DoesNotExist" }] }""")));
        Assert.Null(PodTemplate.Selector(JsonElement.Parse("""{ "matchExpressions": [{ "key": "a", "operator": "Near" }] }""")));
        Assert.Null(PodTemplate.Selector(JsonElement.Parse("{}")));
    }

    [Fact]
    public void Only_ready_nodes_that_take_pods_count() => Assert.Equal(1, CountNodes.Ready(Documents.Read("nodes.json").Items("items")));

    private static SlotStatus Rolling(Action<JsonNode> change)
    {
        JsonElement all = Documents.Read("rolling-update.json", change);
        return new DeploymentSlot(all.GetProperty("deployment"), [.. all.Items("replicaSets")], [.. all.Items("pods")], [.. all.Items("endpointSlices")]).Status(Endpoint);
    }

    private static (string Version, int Ready, int Earlier) Of(SlotStatus status) => (status.Version, status.ReadyReplicas, status.EarlierReplicas);

    private static JsonNode Pod(JsonNode all, string uid) => ((JsonArray)all["pods"]!).Single(pod => (string?)pod!["metadata"]!["uid"] == uid)!;

    private static JsonElement Ready(string revision) => JsonElement.Parse(
        $$"""{ "metadata": { "labels": { "serving.knative.dev/revision": "tiny-ops-green-predictor-{{revision}}" } }, "status": { "conditions": [{ "type": "Ready", "status": "True" }] } }""");
}
