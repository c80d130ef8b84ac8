using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Rollouts;

namespace LlmOps.Tests.ControlPlane.Rollouts;

public sealed class CountCopiesTests
{
    private static readonly Release Candidate = new()
    {
        Model = "m", Version = "1.1.0", Digest = "d", Phase = Phase.Progressing, UploadedAt = default, PhaseSince = default, Slot = "green",
    };

    [Fact]
    public async Task Failures_are_what_the_servers_failed_and_what_ran_into_the_time_out()
    {
        Servers servers = new([
            new("green", "1.1.0", "200", 90), new("green", "1.1.0", "400", 4), new("green", "1.1.0", "500", 3), new("green", "1.1.0", "503", 2), new("green", "1.1.0", "499", 1),
            new("blue", "1.1.0", "500", 1000), new("green", "1.0.0", "500", 1000),
        ]);
        Assert.Equal(new TrafficCount(100, 6), await new CountCopies(servers).Of(Candidate, default));
    }

    [Fact]
    public async Task Other_settings_are_counted_by_the_version_that_they_run() => Assert.Equal(
        new TrafficCount(7, 0),
        await new CountCopies(new Servers([new("green", "1.0.0", "200", 7)])).Of(Candidate with { Settings = new SettingsChange("1.0.0", "d", "r") }, default));

    [Fact]
    public async Task Servers_that_count_no_answers_are_not_zero() =>
        Assert.Null(await new CountCopies(new Servers([new("blue", "1.0.0", "200", 7)])).Of(Candidate, default));

    private sealed class Servers(IReadOnlyList<ServerCounter> counters) : ILiveTraffic
    {
        public Task<IReadOnlyDictionary<string, TrafficCount>> Read(string model, CancellationToken cancellation) => throw new NotSupportedException();

        public Task<IReadOnlyList<ServerCounter>> ReadServers(string model, string family, string label, CancellationToken cancellation)
        {
            Assert.Equal(("m", "llmops_requests_total", "code"), (model, family, label));
            return Task.FromResult(counters);
        }
    }
}
