using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class ApprovalTests
{
    private const string Policy = "apps/tiny-ops/gates.yaml";

    [Fact]
    public async Task An_approval_that_always_is_required_is_waited_for_before_any_traffic()
    {
        using LoopFixture loop = new();
        await Staged(loop, "required: always");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        await loop.For(TimeSpan.FromHours(1));
        Assert.Equal(new RouteManifest(100, 0), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));
        await loop.Order("approve");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    [Fact]
    public async Task Two_approvals_are_of_two_persons_who_may_approve()
    {
        using LoopFixture loop = new();
        await Staged(loop, "required: always, count: 2, approvers: [ann, bob, cy]");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
        Assert.Contains("mallory is not among the approvers", (await loop.Order("approve", by: "mallory")).Text, StringComparison.Ordinal);
        Assert.Equal(202, (await loop.Order("approve", by: "ann")).Status);
        await loop.Drain();
        Assert.Contains("(1 of 2)", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        Assert.Contains("another person", (await loop.Order("approve", by: "ANN")).Text, StringComparison.Ordinal);
        Assert.Equal(202, (await loop.Order("approve", by: "bob")).Status);
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Contains("\nApproved-By: ann\nApproved-By: bob\n", loop.Git.Commits.Single(c => c.Commit.Trailers.ContainsKey("Approved-By")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_approval_before_promotion_is_waited_for_before_all_the_traffic()
    {
        using LoopFixture loop = new();
        await Staged(loop, "required: always, before: [promoted]");
        await loop.Until(async () => (await loop.Release("1.1.0")).Rollout?.Percent == 50, "50 %");
        await loop.For(TimeSpan.FromHours(1));
        Assert.Equal((Phase.Progressing, 50), (await loop.Release("1.1.0") is var waiting ? (waiting.Phase, waiting.Rollout!.Percent) : default));
        Assert.Contains("llmops approve", waiting.Reason, StringComparison.Ordinal);
        await loop.Order("promote");
        await loop.For(TimeSpan.FromMinutes(5));
        Assert.Equal(50, (await loop.Release("1.1.0")).Rollout!.Percent);
        await loop.Order("approve");
        await loop.Until("1.1.0", Phase.Guarded);
        Assert.Equal("100", loop.Git.Commits.Single(c => c.Commit.Trailers.ContainsKey("Approved-By")).Commit.Trailers["Step"]);
    }

    [Fact]
    public async Task Where_nobody_is_asked_what_the_gates_cannot_tell_is_refused()
    {
        using LoopFixture loop = new();
        await Staged(loop, "required: never", inconclusive: true);
        await loop.Until("1.1.0", Phase.Refused);
        Assert.Contains("nobody is to be asked", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_weights_of_a_quarantined_version_in_another_wrapping_need_approval()
    {
        using LoopFixture loop = new();
        await loop.SecondGuarded();
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");
        await loop.Upload("1.1.1", "weights of 1.1.0", vocabulary: "{ \"a\": 1 }");
        await loop.Until("1.1.1", Phase.AwaitingApproval);
        Assert.Contains("its weights are those of tiny-ops@1.1.0, which is in quarantine", (await loop.Release("1.1.1")).Reason, StringComparison.Ordinal);
        Assert.Contains(await loop.Log(), entry => entry is { Kind: "Verified", Version: "1.1.1" } && entry.Text.Contains("in quarantine", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("required: sometimes")]
    [InlineData("required: always, count: 3, approvers: [ann, Ann, bob]")]
    [InlineData("required: always, before: []")]
    [InlineData("required: always, before: [promoted, promoted]")]
    [InlineData("count: 0")]
    [InlineData("approvers: [' ']")]
    [InlineData("aprovers: [ann]")]
    public void A_wrong_approval_policy_is_an_error_at_load(string approval) =>
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", $"{LoopFixture.Policy}approval: {{ {approval} }}\n"));

    private static async Task Staged(LoopFixture loop, string approval, bool inconclusive = false)
    {
        await loop.FirstChampion();
        loop.Git.Person(Policy, text => (inconclusive ? text.Replace("pass_point_estimate", "hold", StringComparison.Ordinal) : text) + $"approval: {{ {approval} }}\n");
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Drain();
    }
}
