using LlmOps.Inference.Engine;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.Inference.Engine;

public sealed class DrainRateTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public void Wait_follows_from_how_fast_requests_end()
    {
        DrainRate rate = new(_clock);
        Assert.Equal(1, rate.TimeFor(10).TotalSeconds);
        rate.Begin();
        for (int i = 0; i < 4; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(2));
            rate.Ended();
        }
        Assert.Equal(10, rate.TimeFor(5).TotalSeconds);
        Assert.Equal(60, rate.TimeFor(500).TotalSeconds);
    }

    [Fact]
    public void Quiet_night_is_not_taken_for_slowness()
    {
        DrainRate rate = new(_clock);
        rate.Begin();
        _clock.Advance(TimeSpan.FromSeconds(2));
        rate.Ended();
        _clock.Advance(TimeSpan.FromHours(8));
        rate.Begin();
        Assert.Equal(6, rate.TimeFor(3).TotalSeconds);
    }
}
