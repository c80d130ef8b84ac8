using LlmOps.LocalHost.Demo;
using LlmOps.Manifests;
using LlmOps.Releases;
using LlmOps.Tests.Contracts;
using LlmOps.Tests.Requirements;
using Xunit.Abstractions;

namespace LlmOps.Tests.Stories;

/// <summary>
/// The same with everything real: the process cluster, inference servers with a model, and, where they are installed,
/// Prometheus and Alertmanager. The control plane dies once; users notice nothing of it.
/// </summary>
[Collection(StoriesCollection.Name)]
public sealed class CrashOnRealPartsTests(ITestOutputHelper output)
{
    private static readonly string[] Commits =
    [
        "Start from the template", "Stage tiny-ops@1.0.0", "Give tiny-ops@1.0.0 100 % of the traffic", "Guard for longer",
        "Stage tiny-ops@1.1.0", "Give tiny-ops@1.1.0 25 % of the traffic", "Give tiny-ops@1.1.0 100 % of the traffic",
        "Roll back tiny-ops@1.1.0", "Empty the green slot of tiny-ops",
    ];

    /// <summary>The rollback's commit; with `LLMOPS_EVERY_KILL=1` a step and a promotion too, which the kills without real parts also hit.</summary>
    public static TheoryData<string> Points => Environment.GetEnvironmentVariable("LLMOPS_EVERY_KILL") != "1"
        ? ["commit Roll back tiny-ops@1.1.0#1"]
        :
        [
            "commit Give tiny-ops@1.1.0 25 % of the traffic#1 > store state/releases/tiny-ops/1.1.0.json#1",
            "audit tiny-ops@1.1.0/Promoted#1 > alias registry/tiny-ops.json#1",
            "commit Roll back tiny-ops@1.1.0#1",
        ];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task The_control_plane_dies_and_users_notice_nothing(string point)
    {
        long start = TimeProvider.System.GetTimestamp();
        using ScratchFolder scratch = new();
        CrashTemplate template = CrashTemplate.Make(scratch["template"], minRequests: 5, minStep: "1s", guard: "1s", cooldown: "1s");
        CrashHome home = new(scratch["home"]);
        DateTimeOffset brokenAt;
        IReadOnlyList<LoadRequest> answered;
        await using (CrashStack stack = new(home, template, point))
        {
            stack.Start();
            await home.Upload(Repository.At("samples", "models", "tiny-ops", "1.0.0"));
            await stack.Until("1.0.0", release => release.Phase == Phase.Done);
            await home.Commit("Guard for longer", Slots.PolicyPath(CrashTemplate.Model), CrashTemplate.Gates(5, "1s", "10m", "1s"));
            stack.StartLoad();
            await home.Upload(Repository.At("samples", "models", "tiny-ops", "1.1.0"));
            await stack.Until("1.1.0", release => release.Phase == Phase.Guarded);
            brokenAt = await stack.Break("1.1.0", Slots.Green);
            await stack.Until("1.1.0", release => release.Closed);
            await stack.Until("the kill", () => Task.FromResult(stack.Kills == 1));
            await stack.StopLoad();
            answered = stack.Answered;
        }
        Release reverted = (await home.Release("1.1.0"))!;
        LoadRequest[] lost = [.. answered.Where(request => !request.Succeeded)];
        TimeSpan took = TimeProvider.System.GetElapsedTime(start);
        output.WriteLine($"{took:mm\\:ss}; {answered.Count} requests, {lost.Length} lost to the fault");
        Assert.DoesNotContain(lost, request => request.AnsweredAt < brokenAt || request.SentAt > reverted.RevertReconciledAt);
        EndsRolledBack(await CrashEnding.Of(home));
    }

    private static void EndsRolledBack(IReadOnlyList<string> ending)
    {
        Assert.Equal(Commits, ending.Where(line => line.StartsWith("commit ")).Select(line => line.Split(": ", 2)[1].Split(" [")[0]));
        Assert.Contains("release tiny-ops@1.0.0: Done, slot blue, champion , steps [100], closed", ending);
        Assert.Contains(
            "release tiny-ops@1.1.0: RolledBack, slot green, champion 1.0.0, steps [25, 100], closed, revert reconciled", ending);
        Assert.Contains("route: blue 100, green 0", ending);
        Assert.Equal(["alias champion: 1.0.0"], ending.Where(line => line.StartsWith("alias ")));
        Assert.Contains("audit holds: True", ending);
        Assert.Distinct(ending.Where(line => line.StartsWith("audit ")));
        Assert.Single(ending, line => line.StartsWith("incident ") && line.Contains("commit Roll back tiny-ops@1.1.0"));
        Assert.DoesNotContain(ending, line => line.Split(' ')[0] is "dead" or "lock" or "ref" or "issue");
    }
}
