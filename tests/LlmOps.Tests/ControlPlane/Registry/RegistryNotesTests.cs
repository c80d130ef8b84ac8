using LlmOps.Registry;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Registry;

public sealed class RegistryNotesTests
{
    private readonly MemoryBlobs blobs = new();
    private readonly ManualClock clock = new();
    private readonly ModelRegistry registry;

    public RegistryNotesTests() => registry = new ModelRegistry(blobs, clock);

    [Theory]
    [InlineData("owner", true)]
    [InlineData("team/owner name_1.x-y", true)]
    [InlineData("größe", true)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("..x", false)]
    [InlineData("/root", false)]
    [InlineData("a/../b", false)]
    [InlineData("a/./b", false)]
    [InlineData("a//b", false)]
    [InlineData("a/", false)]
    [InlineData("a:b", false)]
    [InlineData("a\n", false)]
    [InlineData("llmops.version", false)]
    public void A_tags_key_is_as_mlflow_allows(string key, bool valid) => Assert.Equal(valid, RegistryNames.KeyFault(key) is null);

    [Fact]
    public void Lengths_end_where_mlflow_ends_them()
    {
        Assert.Null(RegistryNames.KeyFault(new string('k', 250)));
        Assert.NotNull(RegistryNames.KeyFault(new string('k', 251)));
        Assert.Null(RegistryNames.ValueFault(string.Concat(Enumerable.Repeat("😀", 5000))));
        Assert.NotNull(RegistryNames.ValueFault(new string('v', 5001)));
        Assert.Null(RegistryNames.AliasFault(new string('a', 255)));
        Assert.NotNull(RegistryNames.AliasFault(new string('a', 256)));
    }

    [Theory]
    [InlineData("nightly", true)]
    [InlineData("v1x", true)]
    [InlineData("", false)]
    [InlineData("Latest", false)]
    [InlineData("v12", false)]
    [InlineData("V1", false)]
    [InlineData("a b", false)]
    [InlineData("a.b", false)]
    public void An_alias_is_as_mlflow_allows(string alias, bool valid) => Assert.Equal(valid, RegistryNames.AliasFault(alias) is null);

    [Theory]
    [InlineData("champion")]
    [InlineData("candidate")]
    [InlineData("previous")]
    public async Task Nobody_moves_the_loops_aliases(string alias)
    {
        await Register();
        Assert.Equal(403, await Alias(alias, "1.0.0"));
        Assert.Equal(403, await Alias(alias, null));
        Assert.Empty((await registry.Read("m", default)).History);
    }

    [Fact]
    public async Task A_persons_alias_moves_with_its_history()
    {
        await Register();
        Assert.Equal(200, await Alias("nightly", "1.0.0"));
        Assert.Equal(200, await Alias("nightly", "1"));
        Assert.Equal(200, await Alias("nightly", "2"));
        Assert.Equal(200, await Alias("nightly", null));
        Assert.Equal(200, await Alias("nightly", null));
        Assert.Equal(404, await Alias("nightly", "3"));
        Assert.Equal(404, await Alias("nightly", "9.9.9"));
        RegisteredModel model = await registry.Read("m", default);
        Assert.Equal([(null, "1.0.0"), ("1.0.0", "1.1.0"), ("1.1.0", null)], model.History.Select(move => (move.From, move.To)));
        Assert.All(model.History, move => Assert.Equal(("ada", "tests"), (move.By, move.Why)));
        Assert.Equal(3, model.History.DistinctBy(move => move.Key).Count());
    }

    [Fact]
    public async Task Tags_and_descriptions_are_noted_with_who_and_why()
    {
        await Register();
        Assert.Equal(200, await Tag("owner", "ada", "2"));
        Assert.Equal(200, await Tag("owner", "ada", "1.1.0"));
        Assert.Equal(200, await Tag("team", "search", null));
        Assert.Equal(200, await Tag("owner", null, "2"));
        Assert.Equal(400, await Tag("a//b", "x", null));
        Assert.Equal(404, await Tag("owner", "x", "3"));
        Assert.Equal(200, (await new DescribeModel(registry, clock).Handle("m", new DescriptionWish("Answers\nbriefly", "ada", "tests", "1"), default)).Status);
        RegisteredModel model = await registry.Read("m", default);
        Assert.Equal("Answers\nbriefly", model.Versions[0].Description);
        Assert.Equal("search", model.Tags["team"]);
        Assert.Empty(model.Versions[1].Tags);
        Assert.Equal([("1.1.0", "owner", "ada"), (null, "team", "search"), ("1.1.0", "owner", null), ("1.0.0", null, "Answers\nbriefly")],
            model.Changes.Select(change => (change.Version, change.Key, change.Value)));
    }

    [Fact]
    public async Task A_model_that_is_not_registered_or_cannot_be_is_not_there()
    {
        await Register();
        Assert.Equal(404, (await new SetTag(registry, clock).Handle("other", new TagWish("k", "v", "ada", "tests"), default)).Status);
        Assert.Equal(404, (await new SetTag(registry, clock).Handle("../m", new TagWish("k", "v", "ada", "tests"), default)).Status);
        Assert.Equal(400, (await new SetTag(registry, clock).Handle("m", new TagWish("k", "v", " ", "tests"), default)).Status);
        Assert.Equal(["registry/m.json"], blobs.Names("state"));
    }

    [Fact]
    public async Task No_change_takes_from_the_history_or_alters_a_version()
    {
        await Register();
        await Alias("nightly", "1");
        await Assert.ThrowsAsync<InvalidOperationException>(() => Change(model => model with { History = [] }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Change(model => model with { History = [model.History[0] with { By = "eve" }] }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Change(model => model with { Versions = [.. model.Versions.Skip(1)] }));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Change(model => model with { Versions = [model.Versions[0] with { Digest = "x" }, model.Versions[1]] }));
    }

    [Fact]
    public async Task Notes_made_at_the_same_time_are_all_kept()
    {
        await Register();
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => Tag($"k{i}", "v", "1"))));
        RegisteredModel model = await registry.Read("m", default);
        Assert.Equal((16, 16), (model.Versions[0].Tags.Count, model.Changes.Count));
    }

    [Fact]
    public async Task What_a_release_says_of_its_source_is_kept_as_plain_lines()
    {
        Dictionary<string, string> source = new() { ["commit"] = "abc\u001b[31m\n", ["../x"] = "y", ["run"] = "r" };
        await registry.Register("m", "1.0.0", "d", default, source);
        Assert.Equal(new Dictionary<string, string> { ["commit"] = "abc [31m", ["run"] = "r" }, (await registry.Read("m", default)).Versions[0].Source);
    }

    private async Task Register()
    {
        await registry.Register("m", "1.0.0", "d0", default);
        await registry.Register("m", "1.1.0", "d1", default);
    }

    private async Task<int> Alias(string alias, string? version) =>
        (await new SetAlias(registry, clock).Handle("m", new AliasWish(alias, version, "ada", "tests"), default)).Status;

    private async Task<int> Tag(string key, string? value, string? version) =>
        (await new SetTag(registry, clock).Handle("m", new TagWish(key, value, "ada", "tests", version), default)).Status;

    private Task Change(Func<RegisteredModel, RegisteredModel> change) =>
        registry.Change("m", model => new ModelChange.Changed(change(model)), default);
}
