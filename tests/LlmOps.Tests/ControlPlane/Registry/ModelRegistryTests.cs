using LlmOps.Registry;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Registry;

public sealed class ModelRegistryTests
{
    private readonly MemoryBlobs blobs = new();
    private readonly ModelRegistry registry;

    public ModelRegistryTests() => registry = new ModelRegistry(blobs, new ManualClock());

    [Fact]
    public async Task A_version_is_registered_once_and_never_with_another_digest()
    {
        await registry.Register("m", "1.0.0", "d", default);
        await registry.Register("m", "1.0.0", "d", default);
        Assert.Single((await registry.Read("m", default)).Versions);
        await Assert.ThrowsAsync<InvalidOperationException>(() => registry.Register("m", "1.0.0", "other", default));
    }

    [Fact]
    public async Task Aliases_move_in_one_write_with_their_history_and_a_deed_is_done_once()
    {
        await registry.Register("m", "1.0.0", "d", default);
        for (int i = 0; i < 2; i++)
        {
            await Move(new() { [Aliases.Champion] = "1.0.0", [Aliases.Candidate] = null }, "promoted");
        }
        await Move(new() { [Aliases.Champion] = null }, "removed");
        RegisteredModel model = await registry.Read("m", default);
        Assert.Equal(3, model.History.Count);
        Assert.Null(model.At(Aliases.Champion));
        Assert.Contains(model.History, move => move is { Alias: Aliases.Champion, From: "1.0.0", To: null, Key: "removed" });
    }

    [Fact]
    public async Task A_deed_that_was_undone_before_it_was_done_is_not_done()
    {
        await Move(new() { [Aliases.Candidate] = null }, "rolledback");
        await registry.MoveAliases("m", new Dictionary<string, string?> { [Aliases.Champion] = "1.1.0" }, "x", "y", "promoted", default, "rolledback");
        Assert.Empty((await registry.Read("m", default)).Aliases);
    }

    [Fact]
    public async Task Writers_at_the_same_time_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(() => registry.Register("m", $"1.0.{i}", $"d{i}", default))));
        Assert.Equal(16, (await registry.Read("m", default)).Versions.Count);
    }

    private Task Move(Dictionary<string, string?> targets, string key) => registry.MoveAliases("m", targets, "test", "why", key, default);
}
