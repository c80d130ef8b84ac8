namespace LlmOps.Tests;

/// <summary>Waits for what other threads are about to do.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task True(Func<bool> condition)
    {
        using CancellationTokenSource impatient = new(Patience);
        while (!condition())
        {
            await Task.Delay(5, impatient.Token);
        }
    }

    public static async Task True(Func<Task<bool>> condition)
    {
        using CancellationTokenSource impatient = new(Patience);
        while (!await condition())
        {
            await Task.Delay(5, impatient.Token);
        }
    }
}
