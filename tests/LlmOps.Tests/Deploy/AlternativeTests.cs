using LlmOps.Manifests;

namespace LlmOps.Tests.Deploy;

/// <summary>The alternatives' manifests are ones that the control plane can edit.</summary>
public sealed class AlternativeTests
{
    [Theory]
    [InlineData("kserve-standard")]
    [InlineData("kserve-knative")]
    [InlineData("kserve-llm")]
    public void A_dialect_reads_and_writes_its_alternative(string name)
    {
        IManifestDialect dialect = ManifestDialects.Read("gates.yaml", $"dialect: {name}");
        Assert.NotNull(dialect.ReadRoute(new RouteFile("tiny-ops", Slots.RoutePath("tiny-ops"), Text(name, "route.yaml"))));
        foreach (string slot in (string[])[Slots.Blue, Slots.Green])
        {
            Assert.NotNull(dialect.ReadSlot(new SlotFile("tiny-ops", slot, Slots.SlotPath("tiny-ops", slot), Text(name, $"{slot}.yaml"))));
        }
    }

    [Fact]
    public void Istio_reads_its_route() => Assert.NotNull(
        ManifestDialects.Read("gates.yaml", "dialect: istio").ReadRoute(new RouteFile("tiny-ops", Slots.RoutePath("tiny-ops"), Text("istio", "route.yaml"))));

    private static string Text(string name, string file) => Repository.Text($"{Template.Root}/alternatives/{name}/apps/tiny-ops/{file}");
}
