using System.Globalization;
using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Tests.ControlPlane.Releases;

public sealed class RolloutFreezeTests
{
    private static readonly FreezeFacts Free = new(new KillSwitch(), [], null);

    [Theory]
    [InlineData("2026-08-21T15:59:00Z", false)] // Friday, 17:59 in Berlin
    [InlineData("2026-08-21T16:00:00Z", true)]
    [InlineData("2026-08-22T05:59:59Z", true)] // Saturday, 07:59: Friday's window
    [InlineData("2026-08-22T06:00:00Z", false)]
    [InlineData("2026-08-22T17:00:00Z", false)] // Saturday evening begins none
    public void A_window_over_midnight_belongs_to_the_day_on_which_it_begins(string now, bool frozen) =>
        Assert.Equal(frozen, IsFrozen(now, new FreezeWindow { From = "18:00", To = "08:00", Days = [DayOfWeek.Friday], Timezone = "Europe/Berlin" }));

    [Theory]
    [InlineData("2026-03-29T00:59:00Z", "02:15", "04:00", false)] // 01:59, the minute before the clocks skip to 03:00
    [InlineData("2026-03-29T01:00:00Z", "02:15", "04:00", true)] // 03:00
    [InlineData("2026-03-29T01:59:00Z", "02:15", "04:00", true)] // 03:59
    [InlineData("2026-03-29T02:00:00Z", "02:15", "04:00", false)] // 04:00
    [InlineData("2026-03-29T01:00:00Z", "02:00", "03:00", false)] // a window in the hour that is skipped
    [InlineData("2026-10-25T00:30:00Z", "02:00", "03:00", true)] // 02:30, the first time
    [InlineData("2026-10-25T01:30:00Z", "02:00", "03:00", true)] // 02:30, the second time
    [InlineData("2026-10-25T02:00:00Z", "02:00", "03:00", false)] // 03:00
    [InlineData("2026-10-24T23:59:00Z", "02:00", "03:00", false)] // 01:59
    public void Windows_go_by_the_clock_on_the_wall_when_it_is_changed(string now, string from, string to, bool frozen) =>
        Assert.Equal(frozen, IsFrozen(now, new FreezeWindow { From = from, To = to, Timezone = "Europe/Berlin" }));

    [Theory]
    [InlineData("2026-12-23T16:59:59Z", false)]
    [InlineData("2026-12-23T17:00:00Z", true)]
    [InlineData("2027-01-02T06:59:59Z", true)]
    [InlineData("2027-01-02T07:00:00Z", false)]
    public void A_window_of_dates_holds_once(string now, bool frozen) =>
        Assert.Equal(frozen, IsFrozen(now, new FreezeWindow { From = "2026-12-23T18:00", To = "2027-01-02T08:00", Timezone = "Europe/Berlin" }));

    [Fact]
    public void A_window_from_a_time_to_itself_is_a_whole_day()
    {
        FreezeWindow sundays = new() { From = "00:00", To = "00:00", Days = [DayOfWeek.Sunday] };
        Assert.Equal([false, true, true, false], new[] { "2026-08-22T23:59:59Z", "2026-08-23T00:00:00Z", "2026-08-23T23:59:59Z", "2026-08-24T00:00:00Z" }.Select(now => IsFrozen(now, sundays)));
    }

    [Theory]
    [InlineData("frozen: true", true)]
    [InlineData("frozen: true\nmodels: [other]", false)]
    [InlineData("frozen: true\nmodels: [other, tiny-ops]", true)]
    [InlineData("frozen: false\nmodels: [tiny-ops]", false)]
    public void The_switch_concerns_all_models_or_those_that_it_names(string text, bool frozen) =>
        Assert.Equal(frozen, RolloutFreeze.Decide("tiny-ops", Free with { Switch = KillSwitch.Read(text) }, new ModelPolicy(), default) is not null);

    [Theory]
    [InlineData("frozen: maybe")]
    [InlineData("frozzen: true")]
    [InlineData("")]
    [InlineData("- frozen")]
    public void A_switch_that_cannot_be_read_freezes(string text)
    {
        Assert.Throws<ManifestException>(() => KillSwitch.Read(text));
        Assert.Contains("cannot be read", RolloutFreeze.Decide("tiny-ops", Free with { Switch = null }, new ModelPolicy(), default), StringComparison.Ordinal);
    }

    [Fact]
    public void No_file_is_a_switch_that_is_off() => Assert.False(KillSwitch.Read(null).Stops("tiny-ops"));

    [Theory]
    [InlineData(24, false, true)] // exactly as far apart as counts
    [InlineData(24.01, false, false)]
    [InlineData(1, false, true)]
    [InlineData(1, true, false)] // somebody has looked since the first
    public void Two_rollbacks_within_a_day_freeze_until_somebody_has_looked(double hoursApart, bool lifted, bool frozen)
    {
        DateTimeOffset first = At("2026-08-22T10:00:00Z");
        FreezeFacts facts = new(new KillSwitch(), [first, first.AddHours(hoursApart)], lifted ? first : null);
        Assert.Equal(frozen, RolloutFreeze.Decide("tiny-ops", facts, new ModelPolicy(), first.AddDays(30)) is not null);
    }

    [Theory]
    [InlineData("from: '18:00', to: 2026-01-01T00:00")]
    [InlineData("from: '25:00', to: '26:00'")]
    [InlineData("from: '18:00', to: '08:00', timezone: Mars/Olympus")]
    [InlineData("from: '18:00', to: '08:00', days: [blursday]")]
    [InlineData("from: 2026-01-02T00:00, to: 2026-01-01T00:00")]
    [InlineData("from: '18:00', to: '08:00', until: x")]
    public void A_wrong_window_is_an_error_at_load(string window) =>
        Assert.Throws<ManifestException>(() => ModelPolicy.Read("gates.yaml", $"{Fakes.LoopFixture.Policy}freeze:\n  - {{ {window} }}\n"));

    [Fact]
    public void Windows_are_read_as_people_write_them() => Assert.Equal(
        [DayOfWeek.Friday, DayOfWeek.Saturday],
        ModelPolicy.Read("gates.yaml", $"{Fakes.LoopFixture.Policy}freeze:\n  - {{ from: '18:00', to: '08:00', days: [friday, saturday], timezone: Europe/Berlin }}\n").Freeze[0].Days);

    private static bool IsFrozen(string now, FreezeWindow window) =>
        RolloutFreeze.Decide("tiny-ops", Free, new ModelPolicy { Freeze = [window] }, At(now)) is not null;

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
