using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Kubernetes;

namespace LlmOps.Tests.ControlPlane.Kubernetes;

public sealed class RouteWeightsTests
{
    public static TheoryData<string, string, string> Routes => new()
    {
        { "httproutes", "httproute.json", "weight" }, { "virtualservices", "virtualservice.json", "weight" }, { "routes", "knative-route.json", "percent" },
    };

    [Theory, MemberData(nameof(Routes))]
    public void All_goes_to_one_slot_and_nothing_else_changes(string plural, string file, string field)
    {
        (ApiResource kind, JsonElement route) = (Kind(plural), Documents.Read(file));
        Assert.True(RouteWeights.Shares(kind, route, "tiny-ops"));
        JsonObject patch = RouteWeights.All(kind, route, "tiny-ops", "green")!;
        Assert.Equal(route.Text("metadata", "resourceVersion"), (string?)patch["metadata"]!["resourceVersion"]);
        JsonElement after = Documents.Changed(route, node => Merge(node, patch));
        Assert.Equal(route.GetRawText().Count(letter => letter == '{'), after.GetRawText().Count(letter => letter == '{'));
        Assert.Equal(
            Spec(route).Replace($"\"{field}\":75", $"\"{field}\":0", StringComparison.Ordinal).Replace($"\"{field}\":25", $"\"{field}\":100", StringComparison.Ordinal), Spec(after));
        Assert.Null(RouteWeights.All(kind, after, "tiny-ops", "green"));
        Assert.NotNull(RouteWeights.All(kind, after, "tiny-ops", "blue"));
    }

    [Theory, MemberData(nameof(Routes))]
    public void The_route_of_another_model_is_not_its(string plural, string file, string field)
    {
        Assert.False(RouteWeights.Shares(Kind(plural), Documents.Read(file), "tiny"));
        Assert.Null(RouteWeights.All(Kind(plural), Documents.Read(file), "chat", "blue"));
        Assert.NotEmpty(field);
    }

    [Fact]
    public void A_route_that_KServe_makes_for_one_slot_shares_nothing_out()
    {
        JsonElement own = Documents.Read("httproute.json", node => node["spec"]!["rules"] = JsonNode.Parse(
            """[{ "backendRefs": [{ "name": "tiny-ops-blue-predictor", "port": 80, "weight": 1 }] }]"""));
        Assert.False(RouteWeights.Shares(ApiResource.HttpRoutes, own, "tiny-ops"));
    }

    [Fact]
    public void KServes_predictors_are_slots_too()
    {
        JsonElement route = Documents.Read("httproute.json", node => node["spec"]!["rules"] = JsonNode.Parse(
            """[{ "backendRefs": [{ "name": "tiny-ops-blue-predictor", "weight": 100 }, { "name": "tiny-ops-green-predictor", "weight": 0 }] }]"""));
        Assert.Equal(100, (int)RouteWeights.All(ApiResource.HttpRoutes, route, "tiny-ops", "green")!["spec"]!["rules"]![0]!["backendRefs"]![1]!["weight"]!);
    }

    [Theory]
    [InlineData("httproutes", "httproute.json", "rules", """{ "filters": [{ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "tiny-ops-green", "port": 80 }, "percent": 50 } }] }""", "{}")]
    [InlineData("httproutes", "httproute.json", "rules",
        """{ "filters": [{ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "tiny-ops-blue" } } }, { "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "tiny-ops-shadow" } } }] }""",
        """{ "filters": [{ "type": "RequestMirror", "requestMirror": { "backendRef": { "name": "tiny-ops-shadow" } } }] }""")]
    [InlineData("virtualservices", "virtualservice.json", "http", """{ "mirror": { "host": "tiny-ops-green.llmops.svc.cluster.local" }, "mirrorPercentage": { "value": 50 } }""", "{}")]
    [InlineData("virtualservices", "virtualservice.json", "http", """{ "mirror": { "host": "tiny-ops", "subset": "green" } }""", "{}")]
    [InlineData("virtualservices", "virtualservice.json", "http",
        """{ "mirrors": [{ "destination": { "host": "tiny-ops-green" } }, { "destination": { "host": "recorder" } }] }""", """{ "mirrors": [{ "destination": { "host": "recorder" } }] }""")]
    public void Neither_slot_goes_on_receiving_copies(string plural, string file, string rules, string copies, string left)
    {
        JsonElement route = Documents.Read(file, node => Put((JsonObject)node["spec"]![rules]![1]!, copies));
        foreach (string slot in new[] { "blue", "green" })
        {
            JsonObject patch = RouteWeights.All(Kind(plural), route, "tiny-ops", slot)!;
            Assert.Equal(JsonNode.Parse(left)!.ToJsonString(), Copies(patch["spec"]![rules]![1]!));
            JsonElement after = Documents.Changed(route, node => Merge(node, patch));
            Assert.Null(RouteWeights.All(Kind(plural), after, "tiny-ops", slot));
            // With the weights as they should be, copies alone are reason enough.
            JsonElement copied = Documents.Changed(after, node => Put((JsonObject)node["spec"]![rules]![1]!, copies));
            Assert.NotNull(RouteWeights.All(Kind(plural), copied, "tiny-ops", slot));
        }
    }

    [Fact]
    public void A_backend_besides_the_slots_gets_nothing()
    {
        JsonElement route = Documents.Read("httproute.json", node => ((JsonArray)node["spec"]!["rules"]![1]!["backendRefs"]!).Add(JsonNode.Parse("""{ "name": "old", "weight": 10 }""")));
        Assert.Equal(0, (int)RouteWeights.All(ApiResource.HttpRoutes, route, "tiny-ops", "blue")!["spec"]!["rules"]![1]!["backendRefs"]![2]!["weight"]!);
    }

    [Fact]
    public void A_weight_that_is_left_out_is_written()
    {
        JsonElement route = Documents.Read("httproute.json", node => ((JsonObject)node["spec"]!["rules"]![1]!["backendRefs"]![0]!).Remove("weight"));
        Assert.Equal(0, (int)RouteWeights.All(ApiResource.HttpRoutes, route, "tiny-ops", "green")!["spec"]!["rules"]![1]!["backendRefs"]![0]!["weight"]!);
    }

    [Fact]
    public void An_LLM_slot_that_is_chosen_has_the_most_and_the_other_nothing()
    {
        JsonElement slot = Documents.Read("llminferenceservice.json");
        Assert.Equal("""{"metadata":{"resourceVersion":"77"},"spec":{"router":{"route":{"weight":1000000}}}}""", RouteWeights.Llm(slot, chosen: true)!.ToJsonString());
        Assert.Equal(0, (int)RouteWeights.Llm(slot, chosen: false)!["spec"]!["router"]!["route"]!["weight"]!);
        Assert.Null(RouteWeights.Llm(Documents.Read("llminferenceservice.json", node => node["spec"]!["router"]!["route"]!["weight"] = 0), chosen: false));
    }

    private static readonly string[] Copying = ["filters", "mirror", "mirrorPercentage", "mirrors"];

    private static void Put(JsonObject rule, string copies)
    {
        Array.ForEach(Copying, field => rule.Remove(field));
        foreach ((string name, JsonNode? value) in (JsonObject)JsonNode.Parse(copies)!)
        {
            rule[name] = value!.DeepClone();
        }
    }

    private static string Copies(JsonNode rule) =>
        new JsonObject(((JsonObject)rule).Where(field => Copying.Contains(field.Key)).Select(field => KeyValuePair.Create(field.Key, field.Value?.DeepClone()))).ToJsonString();

    private static ApiResource Kind(string plural) => RouteWeights.Kinds.Single(kind => kind.Plural == plural);

    private static string Spec(JsonElement route) => JsonNode.Parse(route.GetProperty("spec").GetRawText())!.ToJsonString();

    private static void Merge(JsonNode node, JsonObject patch)
    {
        foreach ((string name, JsonNode? value) in (JsonObject)patch["spec"]!)
        {
            node["spec"]![name] = value!.DeepClone();
        }
    }
}
