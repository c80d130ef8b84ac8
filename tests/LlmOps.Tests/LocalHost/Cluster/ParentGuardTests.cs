using System.Diagnostics;
using LlmOps.LocalHost.Cluster;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>When a cluster counts as left alone, by a clock that only the test moves, with parents that really end.</summary>
public sealed class ParentGuardTests : IDisposable
{
    private static readonly TimeSpan OrphanedFor = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly ManualClock clock = new();
    private readonly List<Process> parents = [];

    public void Dispose() => parents.ForEach(End);

    [Fact]
    public async Task Who_calls_in_the_parents_place_keeps_it()
    {
        Process parent = Parent();
        ParentGuard guard = new(parent.Id, OrphanedFor, clock);
        Task orphaned = guard.Orphaned(default);
        End(parent);
        for (int second = 0; second < 60; second++)
        {
            await clock.AdvanceOnceAwaited(Second);
            guard.Calls.Stamp();
        }
        Assert.False(orphaned.IsCompleted);
        await Pass(OrphanedFor - Second);
        Assert.False(orphaned.IsCompleted);
        await Pass(Second);
        await orphaned.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Another_parent_keeps_it_though_nobody_calls()
    {
        Process first = Parent();
        Process second = Parent();
        ParentGuard guard = new(first.Id, OrphanedFor, clock);
        Task orphaned = guard.Orphaned(default);
        End(first);
        await Pass(OrphanedFor - Second);
        guard.Adopt(second.Id);
        await Pass(OrphanedFor * 6);
        Assert.False(orphaned.IsCompleted);
        End(second);
        await Pass(OrphanedFor);
        await orphaned.WaitAsync(Eventually.Patience);
    }

    [Fact]
    public async Task Without_a_parent_it_stays_for_ever()
    {
        ParentGuard guard = new(parent: null, OrphanedFor, clock);
        Task orphaned = guard.Orphaned(default);
        guard.Adopt(Parent().Id);
        parents.ForEach(End);
        await Pass(OrphanedFor * 6);
        Assert.False(orphaned.IsCompleted);
    }

    private async Task Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += Second)
        {
            await clock.AdvanceOnceAwaited(Second);
        }
    }

    private Process Parent()
    {
        Process parent = Process.Start("sleep", "600");
        parents.Add(parent);
        return parent;
    }

    // Waited for, so that it is no zombie with a start time.
    private static void End(Process parent)
    {
        parent.Kill();
        parent.WaitForExit();
    }
}
