using System.Text.Json;
using LlmOps.Tests.Requirements;
using Xunit.Abstractions;

namespace LlmOps.Tests.Stories;

/// <summary>`llmops demo` on real parts: a champion, a canary, a refusal, and a rollback by a real alert.</summary>
[Collection(StoriesCollection.Name)]
public sealed class DemoStory(DemoUnderTest demo, ITestOutputHelper output) : IClassFixture<DemoUnderTest>
{
    [RequiresFact(Tool.Prometheus)]
    public void It_ends_well_and_leaves_no_process()
    {
        output.WriteLine(demo.Output);
        Assert.Equal(0, demo.ExitCode);
        Assert.Empty(demo.Left);
        Assert.Equal("real", demo.Report.GetProperty("prometheus").GetString());
        Assert.InRange(demo.Report.GetProperty("durationSeconds").GetDouble(), 30, 240);
        Assert.False(demo.Report.TryGetProperty("failure", out _));
    }

    [RequiresFact(Tool.Prometheus)]
    public void The_rollback_is_quick_and_starts_no_server()
    {
        JsonElement rollback = demo.Report.GetProperty("rollback");
        output.WriteLine(rollback.ToString());
        Assert.InRange(rollback.GetProperty("secondsToDetect").GetDouble(), 0, 15);
        Assert.InRange(rollback.GetProperty("secondsToCommit").GetDouble(), 0, 2);
        Assert.InRange(rollback.GetProperty("secondsToRestore").GetDouble(), 0, 5);
        Assert.Equal(0, rollback.GetProperty("processesStarted").GetInt32());
        string[] inOrder = ["faultAt", "alertStartsAt", "alertReceivedAt", "commitAt", "reconciledAt"];
        DateTimeOffset[] times = [.. inOrder.Select(name => rollback.GetProperty(name).GetDateTimeOffset())];
        Assert.Equal(times.Order(), times);
        Assert.True(rollback.GetProperty("firstGoodResponseAt").GetDateTimeOffset() >= rollback.GetProperty("commitAt").GetDateTimeOffset());
    }

    [RequiresFact(Tool.Prometheus)]
    public void No_request_fails_outside_the_fault()
    {
        JsonElement traffic = demo.Report.GetProperty("traffic");
        output.WriteLine(traffic.ToString());
        Assert.InRange(traffic.GetProperty("requests").GetInt32(), 500, int.MaxValue);
        Assert.InRange(traffic.GetProperty("failed").GetInt32(), 1, int.MaxValue);
        Assert.Equal(0, traffic.GetProperty("failedOutsideFault").GetInt32());
    }

    [RequiresFact(Tool.Prometheus)]
    public void Each_release_ends_as_it_should()
    {
        Assert.Equal(
            ["1.0.0 Done", "1.1.0 Done", "1.2.0-bad Refused", "1.3.0 RolledBack"],
            demo.Report.GetProperty("releases").EnumerateArray().Select(release => $"{release.GetProperty("version")} {release.GetProperty("phase")}"));
        Assert.Equal([100], Steps("1.0.0"));
        Assert.Equal([5, 25, 50, 100], Steps("1.1.0"));
        Assert.Empty(Steps("1.2.0-bad"));
        Assert.Equal([5, 25, 50, 100], Steps("1.3.0"));
        Assert.All(demo.Release("1.1.0").GetProperty("gates").EnumerateArray(), gate => Assert.Equal("Pass", gate.GetProperty("outcome").GetString()));
    }

    [RequiresFact(Tool.Prometheus)]
    public void The_timelines_are_the_audit_log()
    {
        HashSet<string> log =
        [
            .. File.ReadLines(Path.Combine(demo.Home, "blobs", "audit", "00000001.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
                .Select(entry => $"{entry.GetProperty("sequence")} {entry.GetProperty("kind")} {entry.GetProperty("text")}"),
        ];
        foreach (JsonElement release in demo.Report.GetProperty("releases").EnumerateArray())
        {
            Assert.Equal("tiny-ops", release.GetProperty("model").GetString());
            JsonElement[] timeline = [.. release.GetProperty("timeline").EnumerateArray()];
            Assert.NotEmpty(timeline);
            Assert.All(timeline, entry => Assert.Contains($"{entry.GetProperty("sequence")} {entry.GetProperty("kind")} {entry.GetProperty("text")}", log));
            Assert.All(timeline, entry => Assert.Contains(entry.GetProperty("kind").GetString()!, demo.Output));
        }
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task The_bad_version_touches_only_its_slot()
    {
        string from = await demo.Git("log", "--format=%H", "--grep=^Stage tiny-ops@1.2.0-bad$", "main");
        string staged13 = await demo.Git("log", "--format=%H", "--grep=^Stage tiny-ops@1.3.0$", "main");
        string changed = await demo.Git("diff", "--name-only", $"{from}~1", $"{staged13}~1");
        Assert.Equal("apps/tiny-ops/blue.yaml", changed);
        JsonElement report = JsonElement.Parse(
            await File.ReadAllTextAsync(Path.Combine(demo.Home, "blobs", "state", "evidence", "tiny-ops", "1.2.0-bad", "gates.json")));
        JsonElement failed = report.GetProperty("gates").EnumerateArray().First(gate => gate.GetProperty("outcome").GetString() == "Fail");
        Assert.Equal("accuracy@golden", failed.GetProperty("metric").GetString());
        Assert.Contains("below the champion's", failed.GetProperty("text").GetString());
        JsonElement example = report.GetProperty("failedItems").EnumerateArray().First(item => item.GetProperty("championRight").GetBoolean());
        Assert.Contains(example.GetProperty("prompt").GetString()!, demo.Output);
        Assert.Contains("accuracy@golden", demo.Output);
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task The_rollback_is_one_commit_with_its_reasons()
    {
        string sha = demo.Report.GetProperty("rollback").GetProperty("commitSha").GetString()!;
        Assert.Equal("Roll back tiny-ops@1.3.0", await demo.Git("log", "-1", "--format=%s", sha));
        Assert.Equal("apps/tiny-ops/route.yaml\nquarantine.yaml", await demo.Git("show", "--name-only", "--format=", sha));
        string message = await demo.Git("log", "-1", "--format=%B", sha);
        (_, string trailers) = await Command.Run("git", ["interpret-trailers", "--parse"], message);
        Dictionary<string, string> read = trailers.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        Assert.Equal("tiny-ops@1.1.0", read["Release"]);
        Assert.Equal("tiny-ops@1.3.0", read["Rolls-Back"]);
        Assert.StartsWith("LlmErrorRateHigh", read["Reason"]);
        Assert.Matches("^[0-9a-f]{16}-[0-9]+$", read["Alert"]);
        Assert.Matches("^[0-9a-f]{64}$", read["Audit-Head"]);
        Assert.Contains(demo.Report.GetProperty("git").GetProperty("log").EnumerateArray(), line => line.GetString() == $"{sha[..10]} Roll back tiny-ops@1.3.0");
    }

    [RequiresFact(Tool.Prometheus)]
    public async Task A_flipped_byte_of_the_audit_log_is_named()
    {
        (int exitCode, string said) = await Llmops.Run("audit", "verify", "--home", demo.Home);
        Assert.True(exitCode == 0, said);
        string file = Path.Combine(demo.Home, "blobs", "audit", "00000001.jsonl");
        byte[] whole = await File.ReadAllBytesAsync(file);
        byte[] flipped = [.. whole];
        flipped[whole.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, flipped);
        int entry = whole.Take(whole.Length / 2).Count(value => value == '\n') + 1;
        (exitCode, said) = await Llmops.Run("audit", "verify", "--home", demo.Home);
        await File.WriteAllBytesAsync(file, whole);
        Assert.Equal(1, exitCode);
        Assert.Contains($"entry {entry}", said);
    }

    private int[] Steps(string version) =>
        [.. demo.Release(version).GetProperty("steps").EnumerateArray().Select(step => step.GetProperty("percent").GetInt32())];
}
