using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Manifests;

/// <summary>The whole loop in each dialect: first release, second release, an alert in the guard window, and the rollback.</summary>
public sealed class DialectLoopTests
{
    private const string RoutePath = "apps/tiny-ops/route.yaml";

    public static TheoryData<string> Names => [.. ManifestDialects.All.Select(dialect => dialect.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_promoted_release_is_rolled_back_by_weights_and_quarantine_alone(string name)
    {
        using LoopFixture loop = new();
        Fill(loop, name);
        IManifestDialect dialect = Dialect.Of(name);
        await loop.SecondGuarded();
        Release release = await loop.Release("1.1.0");
        string warm = Slots.Other(release.Slot!);
        Assert.Equal(release.Slot, dialect.ReadRoute(Dialect.Route(loop.Git.Text(RoutePath))).OnlySlot);
        Assert.Equal(("1.0.0", 1), Slot(loop, dialect, warm));

        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();

        MemoryGit.Snapshot commit = Assert.Single(loop.Git.Commits, c => c.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal([RoutePath, "quarantine.yaml"], loop.Git.Changed(commit.Commit.Sha));
        Assert.Equal(RouteManifest.Share(warm, 100), dialect.ReadRoute(Dialect.Route(loop.Git.Text(RoutePath))));
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        Assert.Equal(("1.1.0", 0), Slot(loop, dialect, release.Slot!));
        Assert.Equal(("1.0.0", 1), Slot(loop, dialect, warm));
    }

    [Fact]
    public async Task A_gates_file_broken_since_does_not_stop_a_rollback_in_another_dialect()
    {
        using LoopFixture loop = new();
        Fill(loop, "istio");
        await loop.SecondGuarded();
        Release release = await loop.Release("1.1.0");
        loop.Git.Person(Slots.PolicyPath(LoopFixture.Model), "dialect: {{");
        (_, Edit edit) = await loop.Get<LlmOps.Rollbacks.RevertInGit>().Preview(release, new LlmOps.Rollbacks.RevertCause("bad", "a person"), default);
        Assert.Null(edit.Refusal);
        Assert.Equal(Slots.Other(release.Slot!), Dialect.Of("istio").ReadRoute(Dialect.Route(edit.Files[RoutePath]!)).OnlySlot);
    }

    [Fact]
    public async Task In_kserve_llm_the_gateway_knows_the_slot_before_it_gets_traffic_and_the_way_back_too()
    {
        using LoopFixture loop = new();
        Fill(loop, "kserve-llm");
        await loop.SecondGuarded();
        List<string> weights = [.. loop.Git.Commits.Where(c => c.Commit.Trailers.GetValueOrDefault("Release") == "tiny-ops@1.1.0")
            .Select(c => string.Join('/', c.Files[RoutePath].Split('\n').Where(line => line.Contains("weight", StringComparison.Ordinal)).Select(Digits)))];
        Assert.Equal(["1000000/1", "950000/50000", "750000/250000", "500000/500000", "1/1000000"], weights);
    }

    private static string Digits(string line) => new([.. line.Split('#')[0].Where(char.IsAsciiDigit)]);

    private static (string Version, int Replicas) Slot(LoopFixture loop, IManifestDialect dialect, string slot) =>
        dialect.ReadSlot(Dialect.Slot(slot, loop.Git.Text(Slots.SlotPath("tiny-ops", slot)))) is var manifest ? (manifest.Version, manifest.Replicas) : default;

    // Empty slots, and a route that serves nobody: without weights, or, where they must sum to 100, all for an empty slot.
    private static void Fill(LoopFixture loop, string name)
    {
        string golden = name switch { "gateway-api" => $"{name}/mirror-untouched", "istio" => $"{name}/hosts-and-mirror", _ => $"{name}/stage-and-step" };
        if (name.StartsWith("kserve", StringComparison.Ordinal))
        {
            string green = Dialect.Golden($"{golden}/before/green.yaml").Replace("1.0.0", "", StringComparison.Ordinal);
            loop.Git.Person(Slots.SlotPath("tiny-ops", Slots.Green), green);
            loop.Git.Person(Slots.SlotPath("tiny-ops", Slots.Blue), green.Replace("green", "blue", StringComparison.Ordinal));
        }
        string route = Dialect.Golden($"{golden}/before/route.yaml");
        loop.Git.Person(RoutePath, name is "istio" or "kserve-knative" ? route
            : route.Replace("weight: 1000000 ", "weight: 0 ", StringComparison.Ordinal).Replace("weight: 1,", "weight: 0,", StringComparison.Ordinal).Replace("weight: 100 ", "weight: 0 ", StringComparison.Ordinal));
        loop.Git.Person(Slots.PolicyPath(LoopFixture.Model), $"{LoopFixture.Policy}dialect: {name}\n");
        loop.Cluster.Reconcile();
    }
}
