using System.Globalization;
using System.Text.Json;
using LlmOps.Audit;
using LlmOps.LocalHost.Demo;
using LlmOps.LocalHost.Processes;
using LlmOps.LocalHost.Stack;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;
using Xunit.Abstractions;

namespace LlmOps.Tests.Stories;

/// <summary>A promoted version's process dies, or stops answering, within the guard window: a real alert reverts it in Git.</summary>
[Collection(StackStories.Name)]
public sealed class BrokenServerStory(StackUnderTest stack, ITestOutputHelper output)
{
    [RequiresFact(Tool.Prometheus)]
    public Task A_killed_server_ends_in_a_rollback() => Breaks("1.1.0", "2.1.0", Posix.Kill);

    [RequiresFact(Tool.Prometheus)]
    public Task A_frozen_server_ends_in_a_rollback() => Breaks("1.0.0", "2.2.0", Posix.Stop);

    private async Task Breaks(string weights, string version, int signal)
    {
        using ScratchFolder scratch = new();
        await using Llmops watch = Llmops.Start(["get", "release", $"tiny-ops@{version}", "-w", "--home", stack.Home.Folder]);
        await StackUnderTest.Until(() => Task.FromResult(watch.Output.Contains("not uploaded yet")), "the watcher waits", watch);
        await GitOps.LiftQuarantine(stack.Home);
        await stack.Upload(await Samples.Renamed(weights, version, scratch["version"]));
        await stack.Reach(version, Phase.Guarded);
        Assert.Equal(0, await watch.Ended(TimeSpan.FromMinutes(1)));
        Assert.Contains("GuardOpened", watch.Output);

        int broken = await Server(version);
        Posix.Signal(broken, signal);
        DateTimeOffset brokenAt = DateTimeOffset.UtcNow;
        await stack.Reach(version, Phase.RolledBack);
        AuditEntry done = (await stack.Client.Audit(0, default)).Single(entry => entry.Version == version && entry.Kind == "RolledBack");
        AuditEntry alert = (await stack.Client.Audit(0, default)).First(entry => entry.Version == version && entry.Kind == "AlertReceived");
        DateTimeOffset receivedAt = Time(done, "receivedAt");
        DateTimeOffset committedAt = Time(done, "committedAt");
        await StackUnderTest.Until(() => Task.FromResult(TellDemo.FirstGood(stack.Answered, committedAt, "1.0.0") is not null), "1.0.0 answers again", stack.Up);
        DateTimeOffset goodAt = TellDemo.FirstGood(stack.Answered, committedAt, "1.0.0")!.Value;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{alert.Text}: received {(receivedAt - brokenAt).TotalSeconds:F1} s after the signal, committed {(committedAt - receivedAt).TotalSeconds:F2} s and good answers {(goodAt - receivedAt).TotalSeconds:F2} s after the alert"));
        Assert.Contains(alert.Text.Split(':')[0], (string[])["LlmServerDown", "LlmErrorRateHigh", "LlmTimeouts", "LlmLatencyHigh"]);
        Assert.InRange((receivedAt - brokenAt).TotalSeconds, 0, 30);
        Assert.InRange((committedAt - receivedAt).TotalSeconds, 0, 2);
        Assert.InRange((goodAt - receivedAt).TotalSeconds, 0, 5);
        // A frozen process cannot end in an orderly way, and the stack would wait for that when it stops.
        Posix.Signal(broken, Posix.Continue);
        string message = await GitOps.Git(stack.Home.Repository, "log", "-1", "--format=%B", done.Evidence["commit"]);
        Assert.Contains($"Rolls-Back: tiny-ops@{version}", message);
        Assert.Contains($"Alert: {alert.Evidence["fingerprint"]}", message);
    }

    private async Task<int> Server(string version)
    {
        using HttpClient http = new();
        JsonElement list = JsonElement.Parse(await http.GetStringAsync(new Uri(StackCard.Read(stack.Home.ClusterCard)!.Url, "/processes")));
        return list.GetProperty("running").EnumerateArray().Single(server => server.GetProperty("version").GetString() == version).GetProperty("pid").GetInt32();
    }

    private static DateTimeOffset Time(AuditEntry entry, string key) =>
        DateTimeOffset.Parse(entry.Evidence[key], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
