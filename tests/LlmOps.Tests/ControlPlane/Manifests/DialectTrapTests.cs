using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>Each trap of a router or of KServe is an error with its reason, before anything is committed.</summary>
public sealed class DialectTrapTests
{
    private const string Gateway = "gateway-api/mirror-untouched";
    private const string Istio = "istio/hosts-and-mirror";
    private const string Standard = "kserve-standard/stage-and-step";
    private const string Knative = "kserve-knative/stage-and-step";
    private const string Llm = "kserve-llm/stage-and-step";

    private static string? Problem(string name, string file, string old, string change)
    {
        string text = Dialect.Golden($"{name}/before/{file}");
        Assert.Contains(old, text, StringComparison.Ordinal);
        return Dialect.Of(name.Split('/')[0]).Problem(file, text.Replace(old, change, StringComparison.Ordinal));
    }

    private static string Broken(string name, string file, string old, string change) =>
        Problem(name, file, old, change) ?? throw new InvalidOperationException("the file was read");

    [Theory]
    [InlineData("weight: 0 # the candidate", "", "'weight' is missing")] // a backend without a weight has 1
    [InlineData("weight: 0 ", "weight: 1000001 ", "0 to 1000000")]
    [InlineData("weight: 0 ", "weight: -1 ", "0 to 1000000")]
    [InlineData("weight: 0 ", "weight: 0.5 ", "whole number")]
    [InlineData("name: tiny-ops-green", "name: tiny-ops-v2", "name tiny-ops-green once")] // the slot's Service must stay referenced
    [InlineData("        - name: tiny-ops-green", "        - { name: third, port: 80, weight: 1 }\n        - name: tiny-ops-green", "nothing else")]
    public void An_http_route_names_both_services_with_their_weights(string old, string change, string problem) =>
        Assert.Contains(problem, Broken(Gateway, "route.yaml", old, change), StringComparison.Ordinal);

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    public void An_http_route_with_more_backends_is_not_edited(int more)
    {
        string others = string.Concat(Enumerable.Range(0, more - 1).Select(i => $"        - {{ name: other-{i}, port: 80, weight: 0 }}\n"));
        Assert.Contains("nothing else", Broken(Gateway, "route.yaml", "        - name: tiny-ops-green", $"{others}        - name: tiny-ops-green"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("weight: 0\n", "weight: 1\n", "sum to 100")]
    [InlineData("weight: 100   # champion", "weight: 0   # champion", "sum to 100")] // Istio refuses a total weight of 0
    [InlineData("      weight: 0\n", "", "'weight' is missing")]
    [InlineData("weight: 0\n", "weight: 2147483648\n", "whole number")]
    [InlineData("host: tiny-ops-docs", "host: tiny-ops-green", "2 rules name a slot")] // traffic past the weights
    [InlineData("host: tiny-ops-green.models", "host: tiny-ops-v2.models", "once each")]
    [InlineData("    mirror: {", "    - destination: { host: third }\n      weight: 0\n    mirror: {", "one rule must route to both")]
    [InlineData("networking.istio.io/v1\n", "gateway.solo.io/v1\n", "'apiVersion' of the VirtualService")]
    public void A_virtual_service_has_one_rule_for_both_slots(string old, string change, string problem) =>
        Assert.Contains(problem, Broken(Istio, "route.yaml", old, change), StringComparison.Ordinal);

    [Theory]
    [InlineData(Standard)]
    [InlineData(Knative)]
    public void A_canary_inside_one_object_is_refused_with_what_to_do_instead(string name)
    {
        string percent = Broken(name, "green.yaml", "    minReplicas: 0", "    canaryTrafficPercent: 10\n    minReplicas: 0");
        Assert.Contains("'canaryTrafficPercent' splits revisions of one object", percent, StringComparison.Ordinal);
        Assert.Contains("starts it cold; outside Knative it is ignored", percent, StringComparison.Ordinal);
        string canary = Broken(name, "green.yaml", "spec:\n", "spec:\n  canary: [{ trafficPercent: 10, predictor: { name: v2, model: {} } }]\n");
        Assert.Contains("put the versions in blue.yaml and green.yaml and the weights in route.yaml", canary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Standard, "deploymentMode: Standard", "deploymentMode: Knative", "needs 'serving.kserve.io/deploymentMode: Standard'")]
    [InlineData(Knative, "deploymentMode: Knative", "deploymentMode: RawDeployment", "needs 'serving.kserve.io/deploymentMode: Knative'")]
    [InlineData(Knative, "    serving.kserve.io/deploymentMode: Knative", "    x: y", "'serving.kserve.io/deploymentMode' is missing")]
    [InlineData(Standard, "autoscalerClass: none", "autoscalerClass: hpa", "leaves a replica running")]
    [InlineData(Standard, "name: tiny-ops-green", "name: tiny-ops-v2", "'metadata.name' must be tiny-ops-green")]
    [InlineData(Standard, "tiny-ops/1.0.0", "tiny-ops/0.9.0", "must end in '/1.0.0'")]
    [InlineData(Standard, "    minReplicas: 0", "    name: v2\n    minReplicas: 0", "renames what the route points at")]
    [InlineData(Standard, "  predictor:", "  transformer: {}\n  predictor:", "would be passed by")]
    [InlineData(Knative, "  annotations:\n    s", "  annotations:\n    serving.kserve.io/stop: \"true\"\n    s", "deletes what the route points at")]
    public void An_inference_service_that_the_route_would_miss_is_refused(string name, string old, string change, string problem) =>
        Assert.Contains(problem, Broken(name, "green.yaml", old, change), StringComparison.Ordinal);

    [Fact]
    public void A_slot_without_replicas_is_not_warm_on_knative() =>
        Assert.Equal(0, Dialect.Of("kserve-knative").ReadSlot(Dialect.Slot("green", Dialect.Golden($"{Knative}/before/green.yaml"))).Replicas);

    [Fact]
    public void More_replicas_than_the_bound_are_refused_before_kserve_does()
    {
        SlotFile file = Dialect.Slot("green", Dialect.Golden($"{Knative}/before/green.yaml"));
        IManifestDialect dialect = Dialect.Of("kserve-knative");
        Assert.Contains("'maxReplicas' is 4", Assert.Throws<ManifestException>(() => dialect.WriteSlot(file, dialect.ReadSlot(file) with { Replicas = 5 })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("percent: 0 }", "percent: 1 }", "sum to 100")]
    [InlineData(", percent: 0 }", " }", "'percent' is missing")]
    [InlineData("percent: 100 ", "percent: 101 ", "0 to 100")]
    [InlineData("tag: old }", "tag: old, percent: 5 }", "but no percent")]
    [InlineData("configurationName: tiny-ops-green-predictor", "configurationName: tiny-ops-v2-predictor", "tiny-ops-green-predictor' once")]
    [InlineData("serving.knative.dev/v1", "route.openshift.io/v1", "'apiVersion' of the Route")]
    public void A_knative_route_shares_a_hundred_out_over_both_slots(string old, string change, string problem) =>
        Assert.Contains(problem, Broken(Knative, "route.yaml", old, change), StringComparison.Ordinal);

    [Theory]
    [InlineData("    name: tiny-ops       #", "    name: other #", "'spec.model.name' must be tiny-ops in both slots")]
    [InlineData("    scheduler: {}", "    scheduler: {}\n    route: { group: tiny-ops, weight: 5 }", "belong in route.yaml")]
    [InlineData("stop: \"true\"", "stop: true", "write the annotation as a string")]
    [InlineData("stop: \"true\"", "stop: \"yes\"", "must be \"true\" or \"false\"")]
    [InlineData("    serving.kserve.io/stop: \"true\"", "    x: y", "'serving.kserve.io/stop' is missing")]
    [InlineData("  replicas: 1", "  scaling: {}", "'replicas' is missing")]
    [InlineData("v1alpha2", "v1alpha1", "'apiVersion' of the LLMInferenceService")]
    [InlineData("tiny-ops/1.0.0", "tiny-ops/0.9.0", "must end in '/1.0.0'")]
    public void An_llm_slot_shares_its_models_name_and_leaves_the_weights_to_the_route(string old, string change, string problem) =>
        Assert.Contains(problem, Broken(Llm, "green.yaml", old, change), StringComparison.Ordinal);

    [Theory]
    [InlineData("group: \"tiny-ops\"", "group: \"v2\"", "or each serves alone")]
    [InlineData(", group: \"tiny-ops\"", "", "'group' is missing")]
    [InlineData("  name: tiny-ops-green", "  name: tiny-ops-v2", "named tiny-ops-green")]
    [InlineData("  name: tiny-ops-green", "  name: tiny-ops-green\n  annotations: { serving.kserve.io/stop: \"true\" }", "and nothing else")]
    [InlineData("spec:\n", "spec:\n  model: { uri: hf://x/y }\n", "and nothing else")]
    [InlineData("weight: 1,", "weight: 1000001,", "0 to 1000000")]
    [InlineData("---\n", "---\nkind: ConfigMap\n---\n", "must hold two patches")]
    public void An_llm_route_patches_weights_and_nothing_else(string old, string change, string problem) =>
        Assert.Contains(problem, Broken(Llm, "route.yaml", old, change), StringComparison.Ordinal);

    [Theory]
    [InlineData(9, 1, 90, 10)] // a weight of 1 is a share where it is not next to nothing
    [InlineData(1000000, 1, 100, 0)]
    [InlineData(7, 0, 100, 0)]
    [InlineData(0, 0, 0, 0)]
    [InlineData(500000, 500000, 50, 50)]
    [InlineData(1, 2, 1, 2)] // no whole percentages: nobody's step, so a person decides
    public void Llm_weights_are_proportions(int blue, int green, int blueShare, int greenShare)
    {
        string text = Dialect.Golden($"{Llm}/before/route.yaml")
            .Replace("weight: 1000000 ", $"weight: {blue} ", StringComparison.Ordinal).Replace("weight: 1,", $"weight: {green},", StringComparison.Ordinal);
        Assert.Equal(new RouteManifest(blueShare, greenShare), Dialect.Of("kserve-llm").ReadRoute(Dialect.Route(text)));
    }

    [Theory]
    [InlineData(Gateway, "weight: 100 }", "weight: &share 100 }", "weight: 0 #", "weight: *share #")]
    [InlineData(Standard, "weight: 100 }", "weight: &share 100 }", "weight: 0 #", "weight: *share #")]
    [InlineData(Istio, "weight: 100   #", "weight: &share 50   #", "weight: 0\n", "weight: *share\n")]
    [InlineData(Knative, "percent: 100 ", "percent: &share 50 ", "percent: 0 }", "percent: *share }")]
    public void Weights_that_cannot_be_edited_each_for_itself_are_left_alone(string name, string old, string change, string second, string changed)
    {
        string text = Dialect.Golden($"{name}/before/route.yaml").Replace(old, change, StringComparison.Ordinal).Replace(second, changed, StringComparison.Ordinal);
        IManifestDialect dialect = Dialect.Of(name.Split('/')[0]);
        Assert.Throws<ManifestException>(() => dialect.WriteRoute(Dialect.Route(text), new RouteManifest(75, 25), IdleSlot.Warm));
    }
}
