using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Releases;

public sealed class StartReleaseTests
{
    [Fact]
    public async Task A_call_starts_the_release_of_what_was_uploaded_and_a_second_call_changes_nothing()
    {
        using LoopFixture loop = new();
        loop.Bus.Loses = _ => true;
        await loop.Upload("1.0.0", "weights of 1.0.0");
        loop.Bus.Loses = _ => false;
        Assert.Equal(202, (await loop.Get<StartRelease>().Handle(new StartRequest("tiny-ops", "1.0.0"), default)).Status);
        await loop.Until("1.0.0", Phase.Done);
        Assert.Equal(202, (await loop.Get<StartRelease>().Handle(new StartRequest("tiny-ops", "1.0.0"), default)).Status);
        int commits = loop.Git.Commits.Count;
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Equal(commits, loop.Git.Commits.Count);
    }

    [Fact]
    public async Task A_release_json_of_any_size_holds_up_nobody_but_itself()
    {
        using LoopFixture loop = new();
        loop.Blobs.Overwrite(Containers.Models, "tiny-ops/0.9.0/release.json", new byte[65 << 20]);
        await loop.For(TimeSpan.FromSeconds(1));
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);
        Assert.Contains("larger than", (await loop.Release("0.9.0")).Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tiny-ops", "9.9.9", 404)]
    [InlineData("../tiny-ops", "1.0.0", 400)]
    [InlineData("tiny-ops", "latest", 400)]
    public async Task What_cannot_be_started_is_said(string model, string version, int status)
    {
        using LoopFixture loop = new();
        Receipt receipt = await loop.Get<StartRelease>().Handle(new StartRequest(model, version), default);
        Assert.Equal(status, receipt.Status);
        Assert.Null(await loop.Get<GetRelease>().Handle(model, version, default));
    }
}
