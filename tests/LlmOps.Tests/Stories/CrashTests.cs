using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using LlmOps.Tests.Contracts;
using Xunit.Abstractions;

namespace LlmOps.Tests.Stories;

/// <summary>
/// The process is killed right after effects that a release, a refusal, a failed step, an escalation and a rollback
/// have, each in a run of its own; a second process takes over and must end in the state of the run that nothing disturbed.
/// The servers are scripted and no time is measured, so it runs beside other tests.
/// </summary>
public sealed partial class CrashTests(RecordedStory recorded, ITestOutputHelper output) : IClassFixture<RecordedStory>
{
    private const int AtOnce = 3;

    // All of them take as long as the rest of the tests: `make crashes` asks for them.
    private const int Every = 36;

    // Where a step fails, two queues work on one release: which of two saves wins decides whether one more is tried.
    private const int MostMissed = 4;

    [Fact]
    public async Task A_kill_after_an_effect_changes_nothing_in_the_end()
    {
        long start = TimeProvider.System.GetTimestamp();
        CrashStory story = recorded.Story;
        List<(RecordedScene Scene, string Point)> kills =
            [.. Chosen(story.Scenes.SelectMany(scene => scene.Points.Select(point => (scene, point))))];
        Tell(story);

        ConcurrentBag<(string Point, CrashOutcome Outcome)> outcomes = [];
        await Parallel.ForEachAsync(kills, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (kill, _) =>
        {
            CrashOutcome outcome = await story.Kill(kill.Scene, kill.Point);
            outcomes.Add(($"{kill.Scene.Scene.Name}: {kill.Point}", outcome));
            output.WriteLine($"{TimeProvider.System.GetElapsedTime(start):mm\\:ss} {outcome.Word} {kill.Scene.Scene.Name}: {kill.Point}");
        });
        output.WriteLine($"{kills.Count} kills in {TimeProvider.System.GetElapsedTime(start):mm\\:ss}");
        string[] wrong =
        [
            .. outcomes.Where(run => run.Outcome.Faults.Count > 0)
                .Select(run => $"{run.Point}\n    {string.Join("\n    ", run.Outcome.Faults)}"),
        ];
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {kills.Count} kills changed the end:\n{string.Join("\n", wrong.Order())}");
        string[] missed = [.. outcomes.Where(run => !run.Outcome.Killed).Select(run => run.Point)];
        Assert.True(missed.Length <= MostMissed, $"points that never came up again:\n{string.Join("\n", missed.Order())}");
    }

    /// <summary>
    /// The first point of each kind of effect, whatever the version, and every thirty-sixth of all; with `LLMOPS_EVERY_KILL=1` every
    /// one. The control plane in one process is killed after each of its effects at all times: CrashSafetyTests.
    /// </summary>
    private static IEnumerable<(RecordedScene Scene, string Point)> Chosen(IEnumerable<(RecordedScene Scene, string Point)> points)
    {
        bool all = Environment.GetEnvironmentVariable("LLMOPS_EVERY_KILL") == "1";
        HashSet<string> kinds = [];
        return points.Where((point, index) => kinds.Add(Kind(point.Point)) || index % Every == 0 || all);
    }

    private static string Kind(string point) => Particular().Replace(point.Split('#')[0], "*");

    // A version, a digest, or a time in ticks.
    [GeneratedRegex(@"[0-9]+\.[0-9]+\.[0-9]+(-[a-z]+)?|[0-9a-f]{16,}|[0-9]{10,}")]
    private static partial Regex Particular();

    [Fact]
    public async Task Deliveries_that_come_again_change_nothing()
    {
        foreach (RecordedScene scene in recorded.Story.Scenes)
        {
            IReadOnlyList<string> ending = await recorded.Story.Run(scene, $"twice-{scene.Scene.Name}").Whole("twice", alerts: 2);
            Assert.Empty(CrashEnding.Differences(scene.Ending, ending));
        }
    }

    private void Tell(CrashStory story)
    {
        foreach (RecordedScene scene in story.Scenes)
        {
            IEnumerable<string> kinds = scene.Points.GroupBy(point => point.Split(' ')[0]).Select(kind => $"{kind.Key} {kind.Count()}");
            output.WriteLine($"{scene.Scene.Name}: {scene.Points.Count} points ({string.Join(", ", kinds)})");
        }
    }
}

/// <summary>The story, recorded once for all tests of it.</summary>
public sealed class RecordedStory : IAsyncLifetime
{
    private readonly ScratchFolder scratch = new();
    private CrashStory? story;

    internal CrashStory Story => story!;

    public async Task InitializeAsync() => story = await CrashStory.Record(scratch.Path);

    public Task DisposeAsync()
    {
        scratch.Dispose();
        return Task.CompletedTask;
    }
}
