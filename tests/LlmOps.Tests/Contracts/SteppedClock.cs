namespace LlmOps.Tests.Contracts;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class SteppedClock : TimeProvider
{
    private DateTimeOffset now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override DateTimeOffset GetUtcNow() => now;

    public void Step(TimeSpan by) => now += by;
}
