using LlmOps.Inbox;
using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;
using LlmOps.Tests.LocalHost.Monitoring;
using LlmOps.Tests.Requirements;

namespace LlmOps.Tests.ControlPlane.Inbox;

/// <summary>What the control plane tells Prometheus.</summary>
public sealed class MetricsTests
{
    private static readonly DateTimeOffset At = new(2026, 8, 22, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_release_that_is_not_at_its_end_is_told()
    {
        string text = Text(Some("1.0.0", Phase.Done), Some("1.1.0", Phase.Evaluating));
        Assert.Contains($"llmops_release_phase_since_seconds{{model=\"tiny-ops\",version=\"1.1.0\",phase=\"Evaluating\"}} {At.ToUnixTimeSeconds()}\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("1.0.0", text, StringComparison.Ordinal);
        Assert.Contains("llmops_dead_letters{queue=\"rollback\"} 2\n", text, StringComparison.Ordinal);
        Assert.EndsWith("llmops_git_up 1", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rollback_is_told_until_it_is_settled()
    {
        Release rolledBack = Some("1.1.0", Phase.RolledBack);
        Assert.Contains("1.1.0", Text(rolledBack), StringComparison.Ordinal);
        Assert.DoesNotContain("1.1.0", Text(rolledBack with { Closed = true }), StringComparison.Ordinal);
        Release owed = rolledBack with { Owed = new OwedRevert("errors", "alert", null, At, At, "no answer") };
        Assert.Contains("llmops_release_owes_git{model=\"tiny-ops\",version=\"1.1.0\"} 1\n", Text(owed), StringComparison.Ordinal);
    }

    [Fact]
    public void A_stalled_release_is_told_until_a_later_one_had_traffic()
    {
        Release stalled = Some("1.1.0", Phase.Stalled) with { Closed = true };
        Release later = Some("1.2.0", Phase.Done) with { UploadedAt = At.AddDays(1) };
        Assert.Contains("1.1.0", Text(stalled, later), StringComparison.Ordinal);
        Assert.DoesNotContain("1.1.0", Text(stalled, later with { TrafficSince = At.AddDays(1) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_shown_to_who_shows_the_token()
    {
        using LoopFixture loop = new();
        ShowMetrics metrics = loop.Get<ShowMetrics>();
        Assert.Equal(401, (await metrics.Handle(null, default)).Status);
        Assert.Equal(401, (await metrics.Handle("Bearer wrong", default)).Status);
        Receipt shown = await metrics.Handle($"Bearer {LoopFixture.Token}", default);
        Assert.Equal(200, shown.Status);
        Assert.EndsWith("llmops_git_up 1", shown.Text, StringComparison.Ordinal);
    }

    [RequiresFact(Tool.Promtool)]
    public Task Prometheus_can_read_them() => Promtool.Check(Text(Some("1.1.0", Phase.Stalled)) + "\n", "check", "metrics");

    private static string Text(params Release[] releases) =>
        MetricsText.Of(releases, new Dictionary<string, int> { ["work"] = 0, ["rollback"] = 2 }, gitAnswers: true);

    private static Release Some(string version, Phase phase) =>
        new() { Model = "tiny-ops", Version = version, Digest = "", Phase = phase, UploadedAt = At, PhaseSince = At };
}
