using LlmOps.Gates;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class GateRulingTests
{
    private const string Asks = "waits for 2 approval(s): `llmops approve tiny@1.1.0` or `llmops reject tiny@1.1.0`";

    private static readonly Release Sound = new()
    {
        Model = "tiny", Version = "1.1.0", Digest = "d", Phase = Phase.Evaluating, UploadedAt = default, PhaseSince = default,
    };

    private static readonly Release Odd = Sound with { Suspicion = "its weights are those of a quarantined version" };

    [Theory]
    [InlineData(ApprovalRequired.Never)]
    [InlineData(ApprovalRequired.Inconclusive)]
    [InlineData(ApprovalRequired.Always)]
    public void A_failed_gate_refuses_whoever_would_be_asked(ApprovalRequired required)
    {
        Assert.Equal(new GateRuling.Refuse("accuracy: 0.5 is too low"), Decide(Sound, Outcome.Fail, required));
        Assert.Equal(new GateRuling.Refuse("accuracy: 0.5 is too low"), Decide(Odd, Outcome.Fail, required));
    }

    [Fact]
    public void What_the_gates_cannot_tell_is_refused_where_nobody_is_asked() => Assert.Equal(
        new GateRuling.Refuse("its gates cannot tell, and nobody is to be asked: accuracy: 0.5 is too low"),
        Decide(Odd, Outcome.Inconclusive, ApprovalRequired.Never));

    [Theory]
    [InlineData(ApprovalRequired.Inconclusive)]
    [InlineData(ApprovalRequired.Always)]
    public void What_the_gates_cannot_tell_goes_to_people(ApprovalRequired required) => Assert.Equal(
        new GateRuling.Ask($"its gates cannot tell: accuracy: 0.5 is too low; {Asks}"), Decide(Sound, Outcome.Inconclusive, required));

    [Theory]
    [InlineData(ApprovalRequired.Never)]
    [InlineData(ApprovalRequired.Inconclusive)]
    [InlineData(ApprovalRequired.Always)]
    public void What_is_suspicious_goes_to_people_though_its_gates_pass(ApprovalRequired required) => Assert.Equal(
        new GateRuling.Ask($"its weights are those of a quarantined version; {Asks}"), Decide(Odd, Outcome.Pass, required));

    [Fact]
    public void Where_each_release_is_approved_before_its_traffic_it_waits() =>
        Assert.Equal(new GateRuling.Ask(Asks), Decide(Sound, Outcome.Pass, ApprovalRequired.Always));

    [Theory]
    [InlineData(ApprovalRequired.Never, ApprovalStage.Progressing)]
    [InlineData(ApprovalRequired.Inconclusive, ApprovalStage.Progressing)]
    [InlineData(ApprovalRequired.Always, ApprovalStage.Promoted)]
    public void A_pass_that_nobody_wants_to_see_goes_on(ApprovalRequired required, ApprovalStage before) =>
        Assert.Equal(new GateRuling.GoOn(), Decide(Sound, Outcome.Pass, required, before));

    private static GateRuling Decide(Release release, Outcome outcome, ApprovalRequired required, ApprovalStage before = ApprovalStage.Progressing) => GateRuling.Decide(
        release,
        new GateReport("tiny", "1.1.0", "d", null, outcome, "rev", 1, new Dictionary<string, string>(), 1, [new GateVerdict("accuracy", outcome, 0.5, null, "0.5 is too low")], []),
        new ApprovalPolicy { Required = required, Before = [before], Count = 2 });
}
