using LlmOps.Inference.Models;

namespace LlmOps.Tests.Inference.Versions;

public sealed class AvailableMemoryTests
{
    private const long MiB = 1024 * 1024;
    private const string Machine = "MemTotal:       8000000 kB\nMemAvailable:    1048576 kB\n";

    [Fact]
    public void Machine_without_limits_gives_what_is_available() =>
        Assert.Equal(new AvailableMemory(1024 * MiB, "MemAvailable"), Read(("/proc/meminfo", Machine), ("/proc/self/cgroup", "0::/\n")));

    [Fact]
    public void Limit_of_the_group_counts_less_what_is_used_and_cannot_be_taken_back() => Assert.Equal(
        new AvailableMemory(150 * MiB, "control group's limit of 512 MiB"),
        Read(("/proc/meminfo", Machine), ("/proc/self/cgroup", "0::/\n"),
            ("/sys/fs/cgroup/memory.max", $"{512 * MiB}\n"), ("/sys/fs/cgroup/memory.current", $"{400 * MiB}\n"), ("/sys/fs/cgroup/memory.stat", $"anon 1\ninactive_file {38 * MiB}\n")));

    [Fact]
    public void Group_above_may_be_the_narrower_one() => Assert.Equal(
        new AvailableMemory(56 * MiB, "control group's limit of 256 MiB"),
        Read(("/proc/self/cgroup", "0::/pods/a\n"), ("/sys/fs/cgroup/pods/a/memory.max", "max\n"), ("/sys/fs/cgroup/pods/a/memory.current", "7\n"),
            ("/sys/fs/cgroup/pods/memory.max", $"{256 * MiB}\n"), ("/sys/fs/cgroup/pods/memory.current", $"{200 * MiB}\n")));

    [Fact]
    public void First_version_of_control_groups_is_read_too() => Assert.Equal(
        new AvailableMemory(60 * MiB, "control group's limit of 100 MiB"),
        Read(("/proc/meminfo", Machine), ("/proc/self/cgroup", "9:cpu,cpuacct:/x\n4:memory:/x\n"),
            ("/sys/fs/cgroup/memory/memory.limit_in_bytes", $"{100 * MiB}"), ("/sys/fs/cgroup/memory/memory.usage_in_bytes", $"{50 * MiB}"),
            ("/sys/fs/cgroup/memory/memory.stat", $"total_inactive_file {10 * MiB}\n"),
            ("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "9223372036854771712"), ("/sys/fs/cgroup/memory/x/memory.usage_in_bytes", "1")));

    [Fact]
    public void Group_over_its_limit_gives_nothing() => Assert.Equal(
        0, Read(("/proc/self/cgroup", "0::/\n"), ("/sys/fs/cgroup/memory.max", "10"), ("/sys/fs/cgroup/memory.current", "20")).Bytes);

    [Fact]
    public void This_machine_has_some() => Assert.True(AvailableMemory.Now().Bytes > 0);

    private static AvailableMemory Read(params (string Path, string Text)[] files) =>
        AvailableMemory.From(path => files.Where(file => file.Path == path).Select(file => file.Text).FirstOrDefault());
}
