namespace LlmOps.Tests.Stories;

/// <summary>Plays one scene in a copy of the home that it starts from.</summary>
internal sealed class CrashRun(CrashScene scene, CrashTemplate template, CrashHome home)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    // Between two effects it may look as if all were done.
    private const int LooksAtTheEnd = 12;

    private bool answered = scene.Alert is null;

    /// <summary>Plays the scene undisturbed, with a request to the child such as `record:FILE`, and returns the ending.</summary>
    public async Task<IReadOnlyList<string>> Whole(string request, int alerts = 1)
    {
        await using CrashCluster cluster = await CrashCluster.Start(home.Home.Repository, template, scene.Failing);
        await Upload();
        using CrashChild child = Start(cluster, request);
        await UntilSettled(child, alerts);
        await child.Kill();
        return await CrashEnding.Of(home);
    }

    /// <summary>Plays the scene, killed at a point and taken up by a second process, and says what came of it.</summary>
    public async Task<CrashOutcome> KilledAt(string point, IReadOnlyList<string> expected)
    {
        try
        {
            await using CrashCluster cluster = await CrashCluster.Start(home.Home.Repository, template, scene.Failing);
            await Upload();
            bool killed = await Dies(cluster, point);
            await Upload();
            using CrashChild second = Start(cluster, null);
            await UntilSettled(second);
            await second.Kill();
            return new CrashOutcome(killed, CrashEnding.Differences(expected, await CrashEnding.Of(home)));
        }
        catch (TimeoutException late)
        {
            return new CrashOutcome(true, [late.Message]);
        }
    }

    private async Task<bool> Dies(CrashCluster cluster, string point)
    {
        using CrashChild child = Start(cluster, $"kill:{point}");
        await UntilSettled(child);
        // The last effects show to us a moment before their points are passed.
        await child.Ended(default).WaitAsync(LastWords).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Assert.True(child.WasKilled || !child.HasEnded, $"it ended by itself before {point}: {child.Said}");
        return child.WasKilled;
    }

    private CrashChild Start(CrashCluster cluster, string? points) => CrashChild.Start(
        home.Folder, points, "--cluster-url", cluster.Url.ToString(), "--template", template.GitOps, "--no-monitoring");

    private async Task Upload()
    {
        if (scene.Uploads is { } version)
        {
            await home.Upload(version);
        }
    }

    /// <summary>Returns when the scene has ended or the child has.</summary>
    private async Task UntilSettled(CrashChild child, int alerts = 1)
    {
        long start = TimeProvider.System.GetTimestamp();
        if (!answered)
        {
            answered = await scene.Alert!.Post(home, child, alerts);
        }
        for (int ended = 0; !child.HasEnded && ended < LooksAtTheEnd; ended = await scene.HasEnded(home) ? ended + 1 : 0)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"not settled after {Patience}:\n    {string.Join("\n    ", await CrashEnding.Of(home))}");
            }
            await Task.Delay(Pause);
        }
    }
}

/// <summary>What came of a run: whether it was killed where it should, and what is wrong with its end.</summary>
internal sealed record CrashOutcome(bool Killed, IReadOnlyList<string> Faults)
{
    public string Word => Faults.Count > 0 ? "WRONG" : Killed ? "ok" : "not reached";
}
