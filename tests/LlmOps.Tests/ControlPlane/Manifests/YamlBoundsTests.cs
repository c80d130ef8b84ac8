using LlmOps.Manifests;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>What a pull request may hold must not end the process.</summary>
public sealed class YamlBoundsTests
{
    public static TheoryData<string, string> Hostile => new()
    {
        { "an alias within its own anchor", "args: &a [*a]" },
        { "an alias within its own anchor, as a key", "? &a [*a]\n: x" },
        { "an alias of nothing", "args: *a" },
        { "deep nesting", $"args: {new string('[', 5_000)}{new string(']', 5_000)}" },
        { "aliases of aliases", "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat("bcdefghi".Select((c, i) =>
            $"{c}: &{c} [{string.Join(",", Enumerable.Repeat($"*{(char)('a' + i)}", 9))}]\n")) },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_hostile_text_is_refused_by_every_reader(string what, string text)
    {
        Assert.NotEmpty(what);
        Assert.Throws<ManifestException>(() => new YamlText("hostile.yaml", text));
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", text));
        IManifestDialect dialect = Dialect.Of("gateway-api");
        Assert.Throws<ManifestException>(() => SlotSettings.Digest(dialect, Dialect.Slot("green", Repository.Text("inference/deploy/apps/tiny-ops/green.yaml") + "---\n" + text + "\n")));
    }

    [Fact]
    public void Anchors_that_people_use_are_read()
    {
        YamlText yaml = new("good.yaml", "a: &a { x: 1 }\nb: *a\nc: [*a, *a]\n");
        Assert.Equal(1, yaml.Number(yaml.Root(), "b", "x"));
    }
}
