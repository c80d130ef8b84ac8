using System.Diagnostics;
using LlmOps.LocalHost.Cluster;
using LlmOps.LocalHost.Processes;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>The cluster as a process of its own: what is left of it, and of its servers, however it ends.</summary>
public sealed class LifetimeTests
{
    [Fact]
    public async Task Sigterm_ends_the_servers_first()
    {
        await using ClusterUnderTest test = new();
        using Process cluster = Launch(test);
        int server = await StageOne(test);

        Posix.Signal(cluster.Id, Posix.Terminate);
        await cluster.WaitForExitAsync().WaitAsync(ClusterUnderTest.Patience);
        Assert.Equal(0, cluster.ExitCode);
        Assert.Null(ProcFs.StartTime(server));
        Assert.False(File.Exists(Path.Combine(test.Home, "cluster.json")));
    }

    [Fact]
    public async Task What_a_killed_cluster_left_running_is_ended_by_the_next()
    {
        await using ClusterUnderTest test = new();
        using Process cluster = Launch(test);
        int server = await StageOne(test);

        Posix.Signal(cluster.Id, Posix.Kill);
        await cluster.WaitForExitAsync();
        Assert.NotNull(ProcFs.StartTime(server));

        File.Delete(Path.Combine(test.Home, "cluster.json"));
        using Process next = Launch(test);
        Assert.Equal(next.Id, await test.Connect());
        Assert.Null(ProcFs.StartTime(server));
        await test.UntilServes("blue", "1.0.0");

        // The home has one owner: a third cluster leaves the second's servers alone.
        using Process third = Launch(test);
        await third.WaitForExitAsync().WaitAsync(ClusterUnderTest.Patience);
        Assert.Equal(1, third.ExitCode);
        Assert.Single(await test.Processes());

        Posix.Signal(next.Id, Posix.Terminate);
        await next.WaitForExitAsync().WaitAsync(ClusterUnderTest.Patience);
    }

    [Fact]
    public async Task A_number_that_another_process_got_is_left_alone()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("llmops-register-").FullName, "processes.json");
        using Process other = Process.Start("sleep", "600");
        long started = ProcFs.StartTime(other.Id)!.Value;
        Register(file, new(other.Id, started - 1, ["sleep", "600"]));
        Assert.Equal(0, await new ProcessRegister(file).EndOrphans(TimeSpan.FromSeconds(1), TimeProvider.System, default));
        Register(file, new(other.Id, started, ["sleep", "601"]));
        Assert.Equal(0, await new ProcessRegister(file).EndOrphans(TimeSpan.FromSeconds(1), TimeProvider.System, default));
        Register(file, new(other.Id, started, ["sleep", "600"]));
        Assert.Equal(1, await new ProcessRegister(file).EndOrphans(TimeSpan.FromSeconds(1), TimeProvider.System, default));
        await other.WaitForExitAsync().WaitAsync(ClusterUnderTest.Patience);
    }

    [Fact]
    public async Task A_cluster_without_its_parent_ends()
    {
        using Process parent = Process.Start("sleep", "600");
        await using ClusterUnderTest test = new();
        Task<int> cluster = RunCluster.Run(test.Settings with { ParentPid = parent.Id, OrphanedFor = TimeSpan.FromSeconds(2) }, default);
        await test.Connect();
        parent.Kill();
        await parent.WaitForExitAsync();

        Assert.Equal(0, await cluster.WaitAsync(ClusterUnderTest.Patience));
    }

    [Fact]
    public async Task A_cluster_stays_with_the_parent_that_adopts_it()
    {
        using Process first = Process.Start("sleep", "600");
        using Process second = Process.Start("sleep", "600");
        await using ClusterUnderTest test = new();
        Task<int> cluster = RunCluster.Run(test.Settings with { ParentPid = first.Id, OrphanedFor = TimeSpan.FromSeconds(2) }, default);
        await test.Connect();
        (await test.Api.PostAsync($"parent/{second.Id}", null)).EnsureSuccessStatusCode();
        first.Kill();
        await first.WaitForExitAsync();

        // Nobody calls, for longer than an orphan lives.
        await Task.Delay(4000);
        Assert.False(cluster.IsCompleted);

        second.Kill();
        Assert.Equal(0, await cluster.WaitAsync(ClusterUnderTest.Patience));
    }

    private static void Register(string file, RegisteredProcess process) => new ProcessRegister(file).Add(process);

    private static async Task<int> StageOne(ClusterUnderTest test)
    {
        await test.Connect();
        await test.Stage("blue", "1.0.0");
        return (await test.Processes()).Single().Pid;
    }

    private static Process Launch(ClusterUnderTest test) => Process.Start(BuiltPrograms.LlmOps,
        ["cluster", "--home", test.Home, "--repository", test.Git.Bare, "--models", test.Settings.Models, "--server", BuiltPrograms.FakeServer]);
}
