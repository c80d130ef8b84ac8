using LlmOps.Capacity;

namespace LlmOps.Tests.ControlPlane.Capacity;

public sealed class AgentPoolTests
{
    [Fact]
    public void Without_the_autoscaler_the_count_is_set() => Assert.Equal(new AgentPoolChange.SetCount(3), Plain(count: 1).Ask(3));

    [Fact]
    public void What_is_so_already_is_not_asked_for()
    {
        Assert.Equal(new AgentPoolChange.None(), Plain(count: 2).Ask(2));
        Assert.Equal(new AgentPoolChange.None(), Scaled(count: 3, min: 2).Ask(2));
    }

    [Fact]
    public void With_the_autoscaler_the_least_number_is_set_and_the_count_follows_into_the_bounds()
    {
        Assert.Equal(new AgentPoolChange.SetLeast(3, 3), Scaled(count: 1, min: 0).Ask(3));
        Assert.Equal(new AgentPoolChange.SetLeast(1, 2), Scaled(count: 2, min: 2).Ask(1));
        Assert.Equal(new AgentPoolChange.SetLeast(0, 2), Scaled(count: 2, min: 2).Ask(0));
    }

    [Fact]
    public void Beyond_the_autoscalers_bound_it_is_refused()
    {
        Assert.Equal(new AgentPoolChange.SetLeast(4, 4), Scaled(count: 1, min: 0).Ask(4));
        Assert.Equal("the autoscaler of pool gpu is bounded to 4 nodes", Assert.IsType<AgentPoolChange.Refuse>(Scaled(count: 1, min: 0).Ask(5)).Reason);
    }

    [Theory]
    [InlineData("Scaling")]
    [InlineData("Updating")]
    [InlineData("Creating")]
    [InlineData("SomethingNew")]
    public void While_the_pool_is_changed_another_change_is_refused(string state)
    {
        Assert.Equal($"pool gpu is being changed already ({state})", Assert.IsType<AgentPoolChange.Refuse>((Plain(1) with { State = state }).Ask(2)).Reason);
        Assert.IsType<AgentPoolChange.Refuse>((Plain(1) with { State = state }).Ask(1));
    }

    [Theory]
    [InlineData("Failed")]
    [InlineData("Canceled")]
    public void A_change_that_failed_is_asked_for_again(string state)
    {
        AgentPool failed = Plain(3) with { State = state };
        Assert.Equal(1, failed.Wanted(ready: 1));
        Assert.Equal(3, failed.Wanted(ready: 4));
        Assert.Equal(0, failed.AssumedReady);
        Assert.Equal(new AgentPoolChange.SetCount(3), failed.Ask(3));
    }

    [Fact]
    public void What_was_asked_for_counts_as_wanted()
    {
        Assert.Equal((3, 3), (Plain(3).Wanted(ready: 1), Plain(3).AssumedReady));
        Assert.Equal(2, Scaled(count: 3, min: 2).Wanted(ready: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => Plain(1).Ask(-1));
    }

    [Theory]
    [InlineData(400, "ErrCode_InsufficientVCPUQuota", "no cores\nleft", "ErrCode_InsufficientVCPUQuota: no cores left")]
    [InlineData(403, "AuthorizationFailed", "no right", "AuthorizationFailed: no right")]
    [InlineData(404, null, "gone", "gone")]
    [InlineData(409, "OperationNotAllowed", "in progress", "OperationNotAllowed: in progress")]
    [InlineData(412, "PreconditionFailed", "changed", "PreconditionFailed: changed")]
    [InlineData(401, "ExpiredToken", "again", null)]
    [InlineData(429, "TooManyRequests", "slow down", null)]
    [InlineData(500, "InternalServerError", "oops", null)]
    [InlineData(0, null, "no answer", null)]
    public void A_refusal_is_told_from_a_fault(int status, string? code, string message, string? reason) =>
        Assert.Equal(reason, AgentPoolChange.Refusal(status, code, message));

    [Theory]
    [InlineData(412, true)]
    [InlineData(409, false)]
    [InlineData(500, false)]
    public void A_pool_that_somebody_else_has_changed_is_read_again(int status, bool again) => Assert.Equal(again, AgentPoolChange.IsStale(status));

    private static AgentPool Plain(int count) => new("gpu", count, Autoscaled: false, Min: 0, Max: 0, "Succeeded");

    private static AgentPool Scaled(int count, int min) => new("gpu", count, Autoscaled: true, min, Max: 4, "Succeeded");
}
