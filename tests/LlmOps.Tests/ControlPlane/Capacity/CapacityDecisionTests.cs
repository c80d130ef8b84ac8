using LlmOps.Capacity;
using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Capacity;

public sealed class CapacityDecisionTests
{
    [Theory]
    [InlineData(new int[0], 4, 0)]
    [InlineData(new[] { 1 }, 1, 1)]
    [InlineData(new[] { 1, 1, 1 }, 2, 2)]
    [InlineData(new[] { 1, 3, 1, 3 }, 4, 2)]
    [InlineData(new[] { 2, 2, 2 }, 3, 3)]
    [InlineData(new[] { 0, 0 }, 1, 0)]
    [InlineData(new[] { 5 }, 4, null)]
    public void Replicas_are_packed_onto_nodes(int[] gpus, int perNode, int? nodes) => Assert.Equal(nodes, PackNodes.Count(gpus, perNode));

    [Fact]
    public void A_pool_that_has_what_is_needed_is_enough() =>
        Assert.IsType<CapacityDecision.Enough>(CapacityDecision.Decide(new NodePool("gpu", 2, 2, 1), Need([1, 1])));

    [Fact]
    public void A_pool_that_lacks_nodes_is_scaled_and_then_waited_for()
    {
        CapacityDecision.Scale scale = Assert.IsType<CapacityDecision.Scale>(CapacityDecision.Decide(new NodePool("gpu", 1, 1, 1), Need([1, 1])));
        Assert.Equal((2, "waits for 1 GPU node in pool gpu"), (scale.Nodes, scale.Reason));
        CapacityDecision.Wait wait = Assert.IsType<CapacityDecision.Wait>(CapacityDecision.Decide(new NodePool("gpu", 3, 1, 1), Need([1, 1, 1])));
        Assert.Equal("waits for 2 GPU nodes in pool gpu", wait.Reason);
    }

    [Fact]
    public void What_cannot_be_given_is_refused_with_its_reason()
    {
        Assert.Equal("there is no node pool gpu", Refusal(null, Need([1])));
        Assert.Equal("a replica needs 4 GPUs; a node of pool gpu has 2", Refusal(new NodePool("gpu", 9, 9, 2), Need([4])));
        Assert.Equal("3 GPU nodes are needed in pool gpu; max_nodes is 2", Refusal(new NodePool("gpu", 2, 2, 1), Need([1, 1, 1], max: 2)));
    }

    [Fact]
    public void Nodes_are_taken_away_only_where_it_may_be()
    {
        NodePool pool = new("gpu", 3, 3, 1);
        Assert.IsType<CapacityDecision.Enough>(CapacityDecision.Decide(pool, Need([1])));
        Assert.Equal(1, Assert.IsType<CapacityDecision.Scale>(CapacityDecision.Decide(pool, Need([1]), mayShrink: true)).Nodes);
        Assert.Equal(2, Assert.IsType<CapacityDecision.Scale>(CapacityDecision.Decide(pool, Need([1], min: 2), mayShrink: true)).Nodes);
    }

    [Fact]
    public void The_least_nodes_never_exceed_the_most() =>
        Assert.Equal(2, Assert.IsType<CapacityDecision.Scale>(CapacityDecision.Decide(new NodePool("gpu", 0, 0, 1), Need([], min: 5, max: 2))).Nodes);

    private static PoolNeed Need(int[] gpus, int min = 0, int max = 4) => new("gpu", gpus, min, max);

    private static string Refusal(NodePool? pool, PoolNeed need) => Assert.IsType<CapacityDecision.Refuse>(CapacityDecision.Decide(pool, need)).Reason;
}
