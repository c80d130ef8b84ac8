namespace LlmOps.Tests.Stories;

/// <summary>Plays one scene in a copy of the home that it starts from.</summary>
internal sealed class CrashRun(CrashScene scene, CrashTemplate template, CrashHome home)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);
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

    /// <summary>Plays the scene, killed at a point and taken up by a second process, and says what is wrong with it.</summary>
    public async Task<IReadOnlyList<string>> KilledAt(string point, IReadOnlyList<string> expected)
    {
        try
        {
            await using CrashCluster cluster = await CrashCluster.Start(home.Home.Repository, template, scene.Failing);
            await Upload();
            using (CrashChild first = Start(cluster, $"kill:{point}"))
            {
                await UntilSettled(first);
                if (!first.WasKilled)
                {
                    return [$"the point was not reached: {first.Said}"];
                }
            }
            await Upload();
            using CrashChild second = Start(cluster, null);
            await UntilSettled(second);
            await second.Kill();
            return CrashEnding.Differences(expected, await CrashEnding.Of(home));
        }
        catch (TimeoutException late)
        {
            return [late.Message];
        }
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
        while (!child.HasEnded && !await scene.HasEnded(home))
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience)
            {
                throw new TimeoutException($"not settled after {Patience}: {string.Join("; ", (await CrashEnding.Of(home)).Where(line => line.StartsWith("release")))}");
            }
            await Task.Delay(Pause);
        }
    }
}
