using LlmOps.Ports;

namespace LlmOps.Tests.ControlPlane.Ports;

public sealed class BackoffTests
{
    [Theory]
    [InlineData(1, 100, 200)]
    [InlineData(2, 200, 400)]
    [InlineData(3, 400, 800)]
    [InlineData(9, 15_000, 30_000)]
    [InlineData(10_000, 15_000, 30_000)]
    public void Pauses_double_up_to_a_limit_with_half_left_to_chance(int attempt, double shortest, double longest)
    {
        Backoff backoff = new(new Random(7));
        double[] pauses = [.. Enumerable.Range(0, 200).Select(_ => backoff.After(attempt).TotalMilliseconds)];

        Assert.All(pauses, pause => Assert.InRange(pause, shortest, longest));
        Assert.InRange(pauses.Max() - pauses.Min(), (longest - shortest) * 0.9, longest - shortest);
    }
}
