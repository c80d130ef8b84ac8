using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class DialectChoiceTests
{
    [Fact]
    public void The_default_is_the_gateway_api()
    {
        Assert.Equal("gateway-api", ManifestDialects.Read("gates.yaml", LoopFixture.Policy).Name);
        Assert.Equal("gateway-api", ModelPolicy.Read("gates.yaml", LoopFixture.Policy).Dialect);
    }

    [Theory]
    [InlineData("gateway-api")]
    [InlineData("istio")]
    [InlineData("kserve-standard")]
    [InlineData("kserve-knative")]
    [InlineData("kserve-llm")]
    public void The_policy_names_the_dialect(string name)
    {
        string policy = $"{LoopFixture.Policy}dialect: {name} # ours\n";
        Assert.Equal(name, ManifestDialects.Read("gates.yaml", policy).Name);
        Assert.Equal(name, ModelPolicy.Read("gates.yaml", policy).Dialect);
    }

    [Theory]
    [InlineData("linkerd")]
    [InlineData("Istio")]
    [InlineData("")]
    [InlineData("[istio]")]
    [InlineData("null")]
    public void An_unknown_dialect_is_an_error_at_load(string name)
    {
        string policy = $"{LoopFixture.Policy}dialect: {name}\n";
        Assert.Contains("known are gateway-api, istio", Assert.Throws<ManifestException>(() => ManifestDialects.Read("gates.yaml", policy)).Message, StringComparison.Ordinal);
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", policy));
    }

    [Fact]
    public void A_wrong_gate_does_not_hide_the_dialect() =>
        Assert.Equal("istio", ManifestDialects.Read("gates.yaml", "gates: [{ metric: nonsense }]\ndialect: istio\n").Name);

    [Theory]
    [InlineData("gateway-api/mirror-untouched", "istio")]
    [InlineData("gateway-api/mirror-untouched", "kserve-standard")]
    [InlineData("kserve-standard/stage-and-step", "gateway-api")]
    [InlineData("kserve-standard/stage-and-step", "kserve-knative")]
    [InlineData("kserve-knative/stage-and-step", "kserve-standard")]
    [InlineData("kserve-llm/stage-and-step", "kserve-standard")]
    [InlineData("istio/hosts-and-mirror", "kserve-llm")]
    public void A_route_of_another_dialect_is_an_error(string files, string dialect) =>
        Assert.NotNull(Dialect.Of(dialect).Problem("route.yaml", Dialect.Golden($"{files}/before/route.yaml")));
}
