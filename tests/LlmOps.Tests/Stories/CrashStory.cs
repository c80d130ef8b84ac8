using LlmOps.Manifests;
using LlmOps.Releases;

namespace LlmOps.Tests.Stories;

/// <summary>The story that is crashed: its scenes, recorded once, each in the home that an earlier one left.</summary>
internal sealed class CrashStory(string folder, CrashTemplate template)
{
    private const int Attempts = 3;

    private readonly List<RecordedScene> recorded = [];

    public IReadOnlyList<RecordedScene> Scenes => recorded;

    public static async Task<CrashStory> Record(string folder)
    {
        CrashTemplate template = CrashTemplate.Make(folder, minRequests: 10, minStep: "0s", guard: "1s", cooldown: "1s");
        CrashStory story = new(folder, template);
        await story.Record();
        return story;
    }

    /// <summary>A run of a scene in a home of its own.</summary>
    public CrashRun Run(RecordedScene scene, string name) => new(scene.Scene, template, Copy(scene.Start, name));

    /// <summary>Kills a scene at a point; what comes up in another order this time is tried again.</summary>
    public async Task<CrashOutcome> Kill(RecordedScene scene, string point)
    {
        for (int attempt = 1; ; attempt++)
        {
            CrashHome home = Copy(scene.Start, $"{scene.Scene.Name}-{scene.Points.IndexOf(point)}-{attempt}");
            CrashOutcome outcome = await new CrashRun(scene.Scene, template, home).KilledAt(point, scene.Ending);
            if (outcome.Faults.Count == 0)
            {
                Directory.Delete(home.Folder, recursive: true);
            }
            if (outcome.Killed || outcome.Faults.Count > 0 || attempt == Attempts)
            {
                return outcome;
            }
        }
    }

    private CrashHome Copy(CrashHome? start, string name)
    {
        string target = Path.Combine(folder, name);
        return start?.CopyTo(target) ?? new CrashHome(target);
    }

    private async Task Record()
    {
        DateTimeOffset began = TimeProvider.System.GetUtcNow();
        string first = await template.Version("1.0.0");
        CrashHome done = await Record(null, new("first-champion", Reached("1.0.0", Phase.Done)) { Uploads = first });
        await done.Commit("Guard for longer", Slots.PolicyPath(CrashTemplate.Model), CrashTemplate.Gates(10, "0s", "30m", "1s"));
        CrashAlert late = new("1.0.0", began);
        await Record(done, new("escalation", async home => await home.Incident(late.Key) is not null) { Alert = late });
        await Record(done, new("refusal", Reached("1.2.0-bad", Phase.Refused)) { Uploads = await template.Version("1.2.0-bad") });
        string candidate = await template.Version("1.1.0");
        await Record(done, new("failed-step", Settled("1.1.0")) { Uploads = candidate, Failing = "1.1.0" });
        CrashHome guarded = await Record(done, new("canary", Reached("1.1.0", Phase.Guarded)) { Uploads = candidate, MessagesLeft = 1 });
        CrashAlert alert = new("1.1.0", TimeProvider.System.GetUtcNow());
        CrashHome settled = await Record(guarded, new("rollback", Settled("1.1.0")) { Alert = alert, MessagesLeft = 1 });
        await Record(settled, new("resolved", async home => (await home.Incident(alert.Key))!.ResolvedAt is not null)
        {
            Alert = alert with { EndsAt = alert.StartsAt.AddSeconds(5) }, MessagesLeft = 1,
        });
    }

    private async Task<CrashHome> Record(CrashHome? start, CrashScene scene)
    {
        string file = Path.Combine(folder, $"{scene.Name}.points");
        CrashHome home = Copy(start, $"{scene.Name}-recorded");
        IReadOnlyList<string> ending = await new CrashRun(scene, template, home).Whole($"record:{file}");
        recorded.Add(new RecordedScene(scene, start, [.. await File.ReadAllLinesAsync(file)], ending));
        return home;
    }

    private static Func<CrashHome, Task<bool>> Reached(string version, Phase phase) =>
        async home => await home.Release(version) is { } release && release.Phase == phase && (release.Closed || release.Untold is null);

    private static Func<CrashHome, Task<bool>> Settled(string version) =>
        async home => await home.Release(version) is { Phase: Phase.RolledBack, Closed: true };
}

/// <summary>A scene as it was recorded: where it started, the points that it passed, and how it ended.</summary>
internal sealed record RecordedScene(CrashScene Scene, CrashHome? Start, List<string> Points, IReadOnlyList<string> Ending);
