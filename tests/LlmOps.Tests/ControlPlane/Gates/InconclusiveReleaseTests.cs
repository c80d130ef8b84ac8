using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class InconclusiveReleaseTests
{
    [Fact]
    public async Task A_release_whose_gates_cannot_tell_waits_without_traffic_until_a_newer_one_supersedes_it()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Git.Person("apps/tiny-ops/gates.yaml", LoopFixture.Policy.Replace(", on_inconclusive: pass_point_estimate", "", StringComparison.Ordinal));
        string route = loop.Git.Text("apps/tiny-ops/route.yaml");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        await loop.For(TimeSpan.FromMinutes(20));

        Release held = await loop.Release("1.1.0");
        Assert.Equal(Phase.AwaitingApproval, held.Phase);
        Assert.Contains("8 items cannot tell whether max_drop 0.1 holds", held.Reason, StringComparison.Ordinal);
        Assert.Equal(route, loop.Git.Text("apps/tiny-ops/route.yaml"));
        Assert.Equal(1, SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Replicas);
        Assert.Contains(await loop.Log(), entry => entry.Kind == "GatesInconclusive");
        Assert.Contains("Inconclusive", await loop.Get<GetGateReport>().Handle("tiny-ops", "1.1.0", default), StringComparison.Ordinal);

        await loop.Upload("1.2.0", "weights of 1.2.0");
        await loop.Until("1.1.0", Phase.Superseded);
        await loop.Until("1.2.0", Phase.AwaitingApproval);
        Assert.Equal("1.2.0", SlotManifest.Read("green", loop.Git.Text("apps/tiny-ops/green.yaml")).Version);
    }
}
