using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Capacity;

public sealed class CapacityPolicyTests
{
    private const string Berlin = """
        capacity:
          pool: gpu
          max_nodes: 4
          min_nodes: 1
          deadline: 20m
          time_zone: Europe/Berlin
          schedule:
            - { from: "02:15", to: "02:45", min_nodes: 3 }
            - { from: "08:00", to: "18:00", days: [mon, tue, wed, thu, fri], min_nodes: 2 }
            - { from: "22:00", to: "01:00", days: [sat], min_nodes: 4 }
        """;

    // On 29 March 2026 Berlin's clocks go from 2 to 3 at 1:00 UTC, on 25 October from 3 to 2.
    [Theory]
    [InlineData("2026-03-27T07:30:00Z", 2)] // Friday 8:30, winter
    [InlineData("2026-03-30T06:30:00Z", 2)] // Monday 8:30, summer
    [InlineData("2026-03-30T05:30:00Z", 1)] // Monday 7:30
    [InlineData("2026-03-29T10:00:00Z", 1)] // Sunday
    [InlineData("2026-03-28T01:30:00Z", 3)] // 2:30 on a usual night
    [InlineData("2026-03-29T00:30:00Z", 1)] // 1:30, before the clocks go
    [InlineData("2026-03-29T01:30:00Z", 1)] // 3:30: there is no 2:30 in this night
    [InlineData("2026-10-25T00:30:00Z", 3)] // 2:30 for the first time
    [InlineData("2026-10-25T01:30:00Z", 3)] // and for the second
    [InlineData("2026-10-24T21:30:00Z", 4)] // Saturday 23:30
    [InlineData("2026-10-24T22:30:00Z", 4)] // Sunday 0:30 belongs to Saturday
    [InlineData("2026-10-25T23:30:00Z", 1)] // Monday 0:30 does not
    public void The_wall_clock_decides_on_the_least_nodes(string now, int nodes) =>
        Assert.Equal(nodes, Read(Berlin).Capacity!.FloorAt(DateTimeOffset.Parse(now)));

    [Fact]
    public void A_policy_without_the_block_has_no_capacity() => Assert.Null(Read("").Capacity);

    [Theory]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, nodes: 3 }", "nodes")]
    [InlineData("capacity: { max_nodes: 2 }", "pool")]
    [InlineData("capacity: { pool: GPU, max_nodes: 2 }", "pool")]
    [InlineData("capacity: { pool: gpu }", "max_nodes")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, min_nodes: 3 }", "min_nodes")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, deadline: 0s }", "deadline")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, time_zone: Europe/Nowhere }", "time_zone")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, schedule: }", "schedule")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, schedule: [{ from: '8', to: '18:00', min_nodes: 1 }] }", "from")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, schedule: [{ from: '08:00', to: '08:00', min_nodes: 1 }] }", "from")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, schedule: [{ from: '08:00', to: '09:00', days: [monday], min_nodes: 1 }] }", "days")]
    [InlineData("capacity: { pool: gpu, max_nodes: 2, schedule: [{ from: '08:00', to: '09:00', min_nodes: 9 }] }", "min_nodes")]
    public void What_is_wrong_is_an_error_that_names_it(string text, string named) =>
        Assert.Contains(named, Assert.Throws<ManifestException>(() => Read(text)).Message, StringComparison.Ordinal);

    private static ModelPolicy Read(string block) => ModelPolicy.Read("gates.yaml", LoopFixture.Policy + block);
}
