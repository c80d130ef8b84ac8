using System.Runtime.CompilerServices;

namespace LlmOps.Tests;

/// <summary>Waits for what other threads are about to do.</summary>
internal static class Eventually
{
    /// <summary>Only what hangs takes so long: a slow machine must not fail a test.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static Task True(Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "") =>
        True(() => Task.FromResult(condition()), what);

    public static async Task True(Func<Task<bool>> condition, string what, int pauseMs = 5)
    {
        long start = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(start) < Patience, $"never came true: {what}");
            await Task.Delay(pauseMs);
        }
    }
}
