using LlmOps.Releases;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane;

/// <summary>The ways of a release that many tests begin with.</summary>
internal static class Stories
{
    /// <summary>1.0.0 is the first champion, past its guard window.</summary>
    public static async Task FirstChampion(this LoopFixture loop)
    {
        await loop.Upload("1.0.0", "weights of 1.0.0");
        await loop.Until("1.0.0", Phase.Done);
    }

    /// <summary>1.1.0 is promoted over 1.0.0 and guarded.</summary>
    public static async Task SecondGuarded(this LoopFixture loop)
    {
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Guarded);
    }

    /// <summary>1.1.0 is on its step of 25 %.</summary>
    public static async Task SecondAtQuarter(this LoopFixture loop)
    {
        await loop.FirstChampion();
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until(async () => (await loop.Get<GetRelease>().Handle("tiny-ops", "1.1.0", default))?.Rollout is { Step: 1, StepSince: not null }, "25 %");
    }

    /// <summary>1.1.0 waits for people, because its gates cannot tell.</summary>
    public static async Task SecondWaits(this LoopFixture loop)
    {
        await loop.FirstChampion();
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text.Replace("on_inconclusive: pass_point_estimate", "on_inconclusive: hold", StringComparison.Ordinal));
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.AwaitingApproval);
    }

    /// <summary>1.1.0 is at its gates, after which half of the requests are to be copied to it.</summary>
    public static async Task SecondBeforeItsShadow(this LoopFixture loop)
    {
        await loop.FirstChampion();
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text.Replace(
            "rollout:", "rollout:\n  shadow: { percent: 50, min_requests: 10, min_time: 3s, deadline: 10m }", StringComparison.Ordinal));
        await loop.Upload("1.1.0", "weights of 1.1.0");
        await loop.Until("1.1.0", Phase.Evaluating);
    }

    /// <summary>1.1.0 is guarded, and its policy allows a rollback past Git.</summary>
    public static async Task SecondGuardedWithGlass(this LoopFixture loop)
    {
        loop.Git.Person("apps/tiny-ops/gates.yaml", text => text + "break_glass: true\n");
        await loop.SecondGuarded();
    }
}
