using LlmOps.Ports;
using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Rollbacks;

public sealed class UrgencyTests
{
    [Fact]
    public async Task A_rollbacks_commit_is_urgent_and_no_other_is()
    {
        using LoopFixture loop = new();
        List<bool> urgent = [];
        loop.Git.BeforeCommit = () => urgent.Add(Urgency.Now);
        await loop.SecondGuarded();
        Assert.NotEmpty(urgent);
        Assert.DoesNotContain(true, urgent);

        await loop.For(TimeSpan.FromSeconds(2));
        urgent.Clear();
        await loop.Post(Alerts.Message(Alerts.One(loop.Clock.Now, "1.1.0")));
        await loop.Drain();
        Assert.Equal(Phase.RolledBack, (await loop.Release("1.1.0")).Phase);
        await loop.Until(async () => (await loop.Release("1.1.0")).Closed, "settled");

        Assert.Equal([true, false], urgent);
        Assert.False(Urgency.Now);
    }
}
