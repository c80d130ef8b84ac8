using LlmOps.Manifests;
using LlmOps.Registry;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Releases;

/// <summary>Other settings for the version that serves come to production as a version does.</summary>
public sealed class SettingsReleaseTests
{
    private const string First = "1.0.0-settings.1";
    private const string GreenPath = "apps/tiny-ops/green.yaml";
    private const string BluePath = "apps/tiny-ops/blue.yaml";
    private const string NewImage = "inference:0.2.0";

    [Fact]
    public async Task A_merged_change_of_the_idle_slot_passes_gates_and_steps_and_both_slots_have_it_in_the_end()
    {
        using LoopFixture loop = new();
        await Propose(loop);
        await loop.Until(First, Phase.Done);

        Release release = await loop.Release(First);
        Assert.Equal([5, 25, 50, 100], release.Rollout!.Done.Select(step => step.Percent));
        Assert.Equal("1.0.0", release.Runs);
        Assert.Contains(NewImage, loop.Git.Text(GreenPath), StringComparison.Ordinal);
        Assert.Contains(NewImage, loop.Git.Text(BluePath), StringComparison.Ordinal);
        Assert.Equal(("1.0.0", 1), Slot(loop, Slots.Green));
        Assert.Equal(("1.0.0", 0), Slot(loop, Slots.Blue));
        RegisteredModel registered = await loop.Registered();
        Assert.Equal("1.0.0", registered.Aliases[Aliases.Champion]);
        Assert.Equal(["1.0.0"], registered.Versions.Select(version => version.Version));
        Assert.Contains(await loop.Log(), entry => entry.Kind == "SettingsProposed");
        await Quiet(loop);
    }

    [Fact]
    public async Task An_alert_in_the_slot_of_new_settings_reverts_them_and_they_do_not_come_back()
    {
        using LoopFixture loop = new();
        await Propose(loop);
        await loop.Until(First, Phase.Guarded);
        await loop.For(TimeSpan.FromSeconds(2));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.0.0", slot: Slots.Green)));
        await loop.Until(async () => (await loop.Release(First)) is { Phase: Phase.RolledBack, Closed: true }, "rolled back");

        Release release = await loop.Release(First);
        IReadOnlySet<string> quarantine = QuarantineManifest.Read(loop.Git.Text(Slots.QuarantinePath));
        Assert.Contains(release.Settings!.Digest, quarantine);
        Assert.DoesNotContain(release.Digest, quarantine);
        Assert.DoesNotContain(NewImage, loop.Git.Text(GreenPath), StringComparison.Ordinal);
        Assert.Equal("1.0.0", (await loop.Registered()).Aliases[Aliases.Champion]);
        Assert.Equal(new RouteManifest(100, 0), RouteManifest.Read("tiny-ops", "route", loop.Git.Text("apps/tiny-ops/route.yaml")));

        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await Quiet(loop);
    }

    [Fact]
    public async Task An_alert_in_the_slot_of_the_old_settings_is_not_their_fault()
    {
        using LoopFixture loop = new();
        await Propose(loop);
        await loop.Until(async () => (await loop.Get<GetRelease>().Handle("tiny-ops", First, default))?.Rollout is { Step: 1, StepSince: not null }, "25 %");
        await loop.For(TimeSpan.FromSeconds(1));
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.0.0", slot: Slots.Blue)));
        await loop.Drain();
        Assert.DoesNotContain(loop.Git.Commits, commit => commit.Commit.Trailers.ContainsKey("Rolls-Back"));
        Assert.Equal(Phase.Progressing, (await loop.Release(First)).Phase);
    }

    [Fact]
    public async Task An_upload_waits_for_settings_that_stand_in_the_slot_it_needs()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.For(TimeSpan.FromSeconds(5));
        Assert.Contains("proposes other settings", (await loop.Release("1.1.0")).Reason, StringComparison.Ordinal);
        await loop.Get<ProposeSettings>().Handle(default);
        await loop.Until("1.1.0", Phase.Done);

        Assert.Equal(Phase.Done, (await loop.Release(First)).Phase);
        Assert.Contains(NewImage, loop.Git.Text(BluePath), StringComparison.Ordinal);
        Assert.Equal(("1.1.0", 1), Slot(loop, Slots.Blue));
    }

    [Fact]
    public async Task A_slot_changed_after_it_was_staged_gets_no_more_traffic()
    {
        using LoopFixture loop = new();
        await loop.SecondAtQuarter();
        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await loop.For(TimeSpan.FromMinutes(5));
        Release release = await loop.Release("1.1.0");
        Assert.Equal(Phase.Progressing, release.Phase);
        Assert.Contains("was not measured like this", release.Reason, StringComparison.Ordinal);

        loop.Git.Person(GreenPath, text => text.Replace(NewImage, "inference:0.1.0", StringComparison.Ordinal));
        await loop.Until("1.1.0", Phase.Done);
    }

    [Fact]
    public async Task Settings_go_back_and_forth_each_by_a_release_of_its_own()
    {
        using LoopFixture loop = new();
        await Propose(loop);
        await loop.Until(First, Phase.Done);
        loop.Git.Person(BluePath, text => text.Replace(NewImage, "inference:0.1.0", StringComparison.Ordinal));
        await loop.Get<ProposeSettings>().Handle(default);
        await loop.Until("1.0.0-settings.2", Phase.Done);
        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await loop.Get<ProposeSettings>().Handle(default);
        await loop.Until("1.0.0-settings.3", Phase.Done);
        Assert.Contains(NewImage, loop.Git.Text(GreenPath), StringComparison.Ordinal);
        Assert.Equal(("1.0.0", 1), Slot(loop, Slots.Green));
    }

    [Fact]
    public async Task A_proposal_that_is_withdrawn_before_it_is_staged_holds_nobody_up()
    {
        using LoopFixture loop = new();
        await loop.FirstChampion();
        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await loop.Get<ProposeSettings>().Handle(default);
        loop.Git.Person(GreenPath, text => text.Replace(NewImage, "inference:0.1.0", StringComparison.Ordinal));
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Done);
        Assert.Equal(Phase.Superseded, (await loop.Release(First)).Phase);
    }

    [Fact]
    public async Task After_the_guard_window_of_settings_an_alert_on_their_version_is_told_to_people()
    {
        using LoopFixture loop = new();
        await Propose(loop);
        await loop.Until(First, Phase.Done);
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.0.0", slot: Slots.Green)));
        await loop.Drain();
        Assert.Contains(await loop.Log(), entry => entry.Kind == "AlertEscalated");
    }

    private static async Task Propose(LoopFixture loop)
    {
        await loop.FirstChampion();
        loop.Git.Person(GreenPath, text => text.Replace("inference:0.1.0", NewImage, StringComparison.Ordinal));
        await loop.Get<ProposeSettings>().Handle(default);
        await loop.Get<ProposeSettings>().Handle(default);
    }

    /// <summary>Nothing is proposed any more.</summary>
    private static async Task Quiet(LoopFixture loop)
    {
        int releases = (await loop.Get<ListReleases>().Handle("tiny-ops", default)).Count;
        await loop.Get<ProposeSettings>().Handle(default);
        Assert.Equal(releases, (await loop.Get<ListReleases>().Handle("tiny-ops", default)).Count);
    }

    private static (string Version, int Replicas) Slot(LoopFixture loop, string slot)
    {
        SlotManifest manifest = SlotManifest.Read(slot, loop.Git.Text(Slots.SlotPath("tiny-ops", slot)));
        return (manifest.Version, manifest.Replicas);
    }
}
