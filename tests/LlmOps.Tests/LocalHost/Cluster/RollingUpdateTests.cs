using LlmOps.LocalHost.Cluster.Manifests;
using LlmOps.LocalHost.Cluster.Pods;
using LlmOps.LocalHost.Cluster.Slots;
using LlmOps.LocalHost.Processes;

namespace LlmOps.Tests.LocalHost.Cluster;

/// <summary>Pods are written as name, template (upper case: the wanted one) and `+` when ready.</summary>
public sealed class RollingUpdateTests
{
    [Theory]
    [InlineData(0, "", 0, "")]
    [InlineData(2, "", 2, "")]
    [InlineData(1, "A1+", 0, "")]
    [InlineData(1, "A1", 0, "")]              // it may become ready
    [InlineData(0, "A1+ A2", 0, "A2 A1")]
    [InlineData(1, "A1+ A2+", 0, "A2")]       // the youngest goes
    [InlineData(1, "A1 A2+", 0, "A1")]        // the unready goes
    [InlineData(1, "b1+", 1, "")]             // surge: the new one first
    [InlineData(1, "b1+ A2", 0, "")]          // nothing is unavailable meanwhile
    [InlineData(1, "b1+ A2+", 0, "b1")]
    [InlineData(1, "b1", 1, "b1")]            // what serves nobody is replaced at once
    [InlineData(3, "b1+ b2+ b3+", 1, "")]
    [InlineData(3, "b1+ b2+ b3+ A4+", 1, "b1")]   // a pod that goes makes room
    [InlineData(3, "b2+ b3+ A4+ A5", 0, "")]
    public void A_slot_rolls_like_a_deployment(int replicas, string pods, int start, string stop)
    {
        PlannedPod[] now = [.. pods.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(pod => new PlannedPod(pod.TrimEnd('+'), pod[..1], pod.EndsWith('+')))];
        RollingPlan plan = RollingUpdate.Plan(Spec(replicas), now);
        Assert.Equal((start, stop), (plan.Start, string.Join(' ', plan.Stop)));
    }

    [Fact]
    public void A_pod_that_crashes_again_and_again_is_left_alone_longer_each_time()
    {
        RestartPause backOff = RestartPause.OfContainer();
        double[] delays = [.. Enumerable.Range(0, 7).Select(_ => backOff.After(TimeSpan.FromSeconds(1)).TotalSeconds)];
        Assert.Equal([10, 20, 40, 80, 160, 300, 300], delays);
        Assert.Equal(10, backOff.After(TimeSpan.FromMinutes(10)).TotalSeconds);
        Assert.Equal(20, backOff.After(TimeSpan.FromSeconds(1)).TotalSeconds);
    }

    private static SlotSpec Spec(int replicas) => new("m", "blue", "m-blue", replicas, new("A", "m", "blue", "1.0.0", "d")
    {
        Readiness = new("/health/ready", TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), 1),
    });
}
