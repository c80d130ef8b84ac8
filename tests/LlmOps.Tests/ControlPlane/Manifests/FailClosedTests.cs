using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class FailClosedTests
{
    private const string Blue = "{ name: m-blue, weight: 100 }";
    private const string Green = "{ name: m-green, weight: 0 }";

    private static string Route(string backends, string kind = "HTTPRoute") => $"kind: {kind}\nspec: {{ rules: [ {{ backendRefs: [ {backends} ] }} ] }}\n";

    [Fact]
    public void A_route_of_two_slots_is_read() =>
        Assert.Equal(new RouteManifest(100, 0), RouteManifest.Read("m", "route.yaml", Route($"{Blue}, {Green}")));

    public static TheoryData<string> Unreadable =>
    [
        Route(Blue), Route($"{Blue}, {Green}, {{ name: m-red, weight: 0 }}"), Route($"{Blue}, {Blue}"), Route("{ name: other-blue, weight: 1 }, " + Green),
        Route($"{Blue}, {{ name: m-green }}"), Route($"{Blue}, {{ weight: 0 }}"),
        Route($"{Blue}, {{ name: m-green, weight: [0] }}"), Route($"{Blue}, {Green}", "TCPRoute"), Route($"{Blue}, text"),
        Route($"{Blue}, {Green}") + "---\n" + Route($"{Blue}, {Green}"),
        $"kind: HTTPRoute\nspec: {{ rules: [ {{ backendRefs: [ {Blue}, {Green} ] }}, {{ backendRefs: [ {Blue}, {Green} ] }} ] }}\n",
        "kind: HTTPRoute\nspec: { rules: [] }\n", "kind: HTTPRoute\nspec: { rules: { a: b } }\n", "kind: HTTPRoute\n", "", "just text", "a: [", "a: { b: c\n\n",
        "kind: HTTPRoute\nkind: HTTPRoute\n",
    ];

    [Theory]
    [MemberData(nameof(Unreadable))]
    public void A_route_that_is_not_two_slots_under_one_rule_is_an_error(string text)
    {
        Assert.Throws<ManifestException>(() => RouteManifest.Read("m", "route.yaml", text));
        Assert.Throws<ManifestException>(() => new RouteManifest(1, 2).WriteTo("m", "route.yaml", text));
    }

    // A rollback sets both weights, whatever stands there.
    [Theory]
    [InlineData("many")]
    [InlineData("-1")]
    [InlineData("1000001")]
    [InlineData("0.5")]
    public void A_weight_that_is_no_share_cannot_be_read_but_can_be_overwritten(string weight)
    {
        string text = Route($"{Blue}, {{ name: m-green, weight: {weight} }}");
        Assert.Throws<ManifestException>(() => RouteManifest.Read("m", "route.yaml", text));
        Assert.Equal(Route($"{Blue}, {Green}"), new RouteManifest(100, 0).WriteTo("m", "route.yaml", text));
    }

    [Fact]
    public void A_weight_that_is_an_alias_of_the_other_is_not_edited() => Assert.Throws<ManifestException>(
        () => new RouteManifest(75, 25).WriteTo("m", "route.yaml", Route("{ name: m-blue, weight: &w 50 }, { name: m-green, weight: *w }")));

    [Theory]
    [InlineData("kind: Deployment\nspec: { replicas: 1 }\n")]
    [InlineData("kind: Deployment\nspec: { replicas: 1, template: { metadata: { annotations: { llmops.dev/version: 1.0.0 } } } }\n")]
    [InlineData("kind: Deployment\nspec: { replicas: -1, template: { metadata: { annotations: { llmops.dev/version: a, llmops.dev/digest: b } } } }\n")]
    [InlineData("kind: StatefulSet\nspec: { replicas: 1, template: { metadata: { annotations: { llmops.dev/version: a, llmops.dev/digest: b } } } }\n")]
    public void A_slot_that_is_not_a_deployment_with_its_three_scalars_is_an_error(string text) =>
        Assert.Throws<ManifestException>(() => SlotManifest.Read("blue.yaml", text));

    [Fact]
    public void A_slot_whose_version_is_a_block_of_text_is_left_alone() => Assert.Throws<ManifestException>(() => new SlotManifest("2.0.0", "d", 1).WriteTo(
        "blue.yaml",
        "kind: Deployment\nspec:\n  replicas: 1\n  template:\n    metadata:\n      annotations:\n        llmops.dev/version: |\n          1.0.0\n        llmops.dev/digest: x\n"));
}
