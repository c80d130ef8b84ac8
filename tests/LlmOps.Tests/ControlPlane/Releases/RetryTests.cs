using LlmOps.Gates;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Releases;

public sealed class RetryTests
{
    [Fact]
    public async Task A_refused_release_that_is_tried_again_is_measured_anew_and_promoted()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Inference.Broken.Add("1.1.0");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Refused);
        loop.Inference.Broken.Clear();
        Assert.Equal(202, (await loop.Order("retry", "1.1.0")).Status);
        await loop.Until("1.1.0", Phase.Done);

        Assert.Equal(2, (await loop.Release("1.1.0")).Attempt);
        Assert.Equal(2, loop.Git.Commits.Count(c => c.Commit.Subject == "Stage tiny-ops@1.1.0"));
        Assert.Contains(loop.Git.Commits, c => c.Commit.Trailers.GetValueOrDefault("Idempotency-Key") == "tiny-ops@1.1.0/attempt-2/stage");
        Assert.Equal(["GatesRefused", "GatesPassed"], (await loop.Log()).Where(e => e.Version == "1.1.0" && e.Kind.StartsWith("Gates", StringComparison.Ordinal)).Select(e => e.Kind));
        Assert.Contains("PASS", await loop.Get<GetGateReport>().Handle("tiny-ops", "1.1.0", default), StringComparison.Ordinal);
        Assert.Equal("1.1.0", (await loop.Registered()).Aliases["champion"]);
    }

    [Fact]
    public async Task A_rolled_back_release_is_tried_again_only_out_of_quarantine_and_can_be_rolled_back_again()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await Alert(loop);
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.RolledBack, Closed: true }, "settled");
        Assert.Contains("quarantine.yaml", (await loop.Order("retry", "1.1.0")).Text, StringComparison.Ordinal);

        loop.Git.Person("quarantine.yaml", "digests: []\n");
        Assert.Equal(202, (await loop.Order("retry", "1.1.0")).Status);
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal("1.1.0", (await loop.Registered()).Aliases["champion"]);
        await Alert(loop, Alerts.Fingerprint(2));
        Assert.Equal(2, loop.Git.Commits.Count(c => c.Commit.Trailers.ContainsKey("Rolls-Back")));
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases["champion"]);
    }

    [Fact]
    public async Task An_order_for_an_earlier_attempt_reverts_no_later_one()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Cluster.ErrorRate["1.1.0"] = 0.5;
        await loop.Until(async () => await loop.Release("1.1.0") is { Phase: Phase.RolledBack, Closed: true }, "settled");
        loop.Cluster.ErrorRate.Clear();
        LlmOps.Ports.OutgoingMessage late = loop.Bus.Sent.Single(m => m.Queue == LlmOps.Ports.Queues.Rollback);
        loop.Git.Person("quarantine.yaml", "digests: []\n");
        await loop.Order("retry", "1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
        await loop.Bus.Send(late, default);
        await loop.Drain();
        Assert.Equal(Phase.Guarded, (await loop.Release("1.1.0")).Phase);
    }

    [Fact]
    public async Task A_rejected_upload_that_was_mended_is_tried_again_under_its_new_digest()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.0.0");
        await loop.Until("1.1.0", Phase.Rejected);
        string before = (await loop.Release("1.1.0")).Digest;
        await loop.Upload("1.1.0", "other weights");
        await loop.Drain();
        await loop.Order("retry", "1.1.0");
        await loop.Until("1.1.0", Phase.Done);
        Assert.NotEqual(before, (await loop.Release("1.1.0")).Digest);
    }

    [Fact]
    public async Task A_release_on_its_way_cannot_be_tried_again()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        Assert.Equal(409, (await loop.Order("retry", "1.1.0")).Status);
        Assert.Equal(409, (await loop.Order("retry", "1.0.0")).Status);
    }

    private static async Task Alert(LoopFixture loop, string fingerprint = "9f2c1b7d3a5e8c01")
    {
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0", fingerprint: fingerprint)));
        await loop.Drain();
    }
}
