using LlmOps.Audit;
using LlmOps.Registry;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Registry;

public sealed class LineageTests
{
    [Fact]
    public async Task A_model_shows_where_its_versions_come_from_and_what_became_of_them()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        ModelView model = (await loop.Get<ShowModels>().Handle("tiny-ops", default))!;
        Assert.Equal([("1.1.0", 2), ("1.0.0", 1)], model.Versions.Select(version => (version.Version, version.Number)));
        Assert.Equal(["champion"], model.Versions[0].Aliases);
        Assert.Equal(["previous"], model.Versions[1].Aliases);
        Lineage lineage = model.Versions[0].Lineage;
        Assert.Equal("Stage tiny-ops@1.1.0", Subject(loop, lineage.StagedIn));
        Assert.Equal("Give tiny-ops@1.1.0 100 % of the traffic", Subject(loop, lineage.PromotedIn));
        Assert.Null(lineage.RolledBackIn);
        Assert.Equal("pass", lineage.Verdict);
        Assert.Equal(["golden", "safety"], lineage.Datasets.Keys.Order());
        byte[] report = loop.Blobs.Bytes("state", "evidence/tiny-ops/1.1.0/gates.json");
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(report)), lineage.GateReport);
        Assert.Null(await loop.Get<ShowModels>().Handle("other", default));
    }

    [Fact]
    public void Of_two_attempts_the_last_counts_and_who_approved_it_is_named_once()
    {
        RegisteredVersion version = new("1.0.0", "d", default) { Source = new Dictionary<string, string> { ["run"] = "r7" } };
        Lineage lineage = Lineage.Of(version,
        [
            Entry("Staged", ("commit", "a")), Entry("GatesPassed", ("report", "r1")), Entry("StepCommitted", ("commit", "b")), Entry("Promoted"),
            Entry("RolledBack", ("commit", "c")), Entry("Staged", ("commit", "d")), Entry("GatesInconclusive", ("report", "r2"), ("dataset.golden", "g")),
            Entry("Approved", ("by", "ada")), Entry("Approved", ("by", "ada")), Entry("Approved", ("by", "bob")),
        ]);
        Assert.Equal(("d", null, null, "inconclusive", "r2"), (lineage.StagedIn, lineage.PromotedIn, lineage.RolledBackIn, lineage.Verdict, lineage.GateReport));
        Assert.Equal(["ada", "bob"], lineage.ApprovedBy);
        Assert.Equal(("r7", "g"), (lineage.Source["run"], lineage.Datasets["golden"]));
    }

    private static string Subject(LoopFixture loop, string? sha) => loop.Git.Commits.Single(commit => commit.Commit.Sha == sha).Commit.Subject;

    private static AuditEntry Entry(string kind, params (string Key, string Value)[] evidence) => AuditEntry.Seal(
        new AuditFact(kind, kind, "m", "1.0.0", "", evidence.ToDictionary(pair => pair.Key, pair => pair.Value)), 1, AuditEntry.Root, default);
}
