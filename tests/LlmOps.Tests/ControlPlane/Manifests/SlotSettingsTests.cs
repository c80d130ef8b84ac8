using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

public sealed class SlotSettingsTests
{
    private static readonly IManifestDialect Gateway = Dialect.Of("gateway-api");
    private static readonly SlotFile Blue = Template("blue");
    private static readonly SlotFile Green = Template("green");

    public static TheoryData<string> Cases => [.. Dialect.Cases.Where(name => Dialect.Files($"{name}/before").Contains("green.yaml")
        && Dialect.Files($"{name}/before").Contains("blue.yaml"))];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Carried_settings_are_the_same_in_every_dialect_and_keep_what_the_slot_runs(string name)
    {
        IManifestDialect dialect = Dialect.Of(name.Split('/')[0]);
        SlotFile from = Dialect.Slot("blue", Dialect.Golden($"{name}/before/blue.yaml"));
        SlotFile to = Dialect.Slot("green", Dialect.Golden($"{name}/before/green.yaml"));
        string carried = SlotSettings.Carry(dialect, from, to);
        Assert.Equal(SlotSettings.Digest(dialect, from), SlotSettings.Digest(dialect, to with { Text = carried }));
        Assert.Equal(dialect.ReadSlot(to), dialect.ReadSlot(to with { Text = carried }));
    }

    [Fact]
    public void The_templates_slots_have_the_same_settings()
    {
        Assert.Equal(SlotSettings.Digest(Gateway, Blue), SlotSettings.Digest(Gateway, Green));
    }

    [Theory]
    [InlineData("inference:0.1.0", "inference:0.2.0")]
    [InlineData("\"--require-release\"]", "\"--require-release\", \"--threads\", \"2\"]")]
    [InlineData("memory: 512Mi", "memory: 1Gi")]
    [InlineData("periodSeconds: 10", "periodSeconds: \"10\"")]
    [InlineData("llmops.dev/model: tiny-ops", "llmops.dev/model: tiny-ops\n        prompts: be brief")]
    public void Other_settings_have_another_digest_and_are_carried_whole(string old, string change)
    {
        SlotFile proposed = Green with { Text = Green.Text.Replace(old, change, StringComparison.Ordinal) };
        Assert.NotEqual(SlotSettings.Digest(Gateway, Blue), SlotSettings.Digest(Gateway, proposed));
        string carried = SlotSettings.Carry(Gateway, proposed, Blue);
        Assert.Contains(change, carried, StringComparison.Ordinal);
        Assert.Equal(SlotSettings.Digest(Gateway, proposed), SlotSettings.Digest(Gateway, Blue with { Text = carried }));
    }

    [Fact]
    public void Version_digest_replicas_comments_and_formatting_are_no_settings()
    {
        string running = Gateway.WriteSlot(Blue, new SlotManifest("1.2.3", new string('a', 64), 3));
        string noted = running.Replace("kind: Deployment", "kind:   Deployment   # noted", StringComparison.Ordinal);
        Assert.Equal(SlotSettings.Digest(Gateway, Blue), SlotSettings.Digest(Gateway, Blue with { Text = noted }));
    }

    [Fact]
    public void The_slots_name_within_a_word_is_not_the_slots_name()
    {
        SlotFile bird = Blue with { Text = Blue.Text.Replace("memory: 512Mi", "memory: 512Mi, node: bluebird", StringComparison.Ordinal) };
        Assert.Contains("node: bluebird", SlotSettings.Carry(Gateway, bird, Green), StringComparison.Ordinal);
    }

    private static SlotFile Template(string slot) => new("tiny-ops", slot, Slots.SlotPath("tiny-ops", slot), Repository.Text($"inference/deploy/apps/tiny-ops/{slot}.yaml"));
}
