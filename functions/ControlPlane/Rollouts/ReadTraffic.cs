using System.Text.Json;
using LlmOps.Ports;

namespace LlmOps.Rollouts;

/// <summary>
/// Reads live traffic where who counts it may be down, slow or talking nonsense: that is no data with its reason, which a
/// rollout waits for, and not a failure of its step.
/// </summary>
internal static class ReadTraffic
{
    /// <summary>What was read, or null and why nothing could be.</summary>
    public static async Task<(T? Read, string? Unread)> Try<T>(Func<Task<T>> read, CancellationToken cancellation)
        where T : class
    {
        try
        {
            return (await read(), null);
        }
        catch (Exception error) when (IsTheirs(error) && !cancellation.IsCancellationRequested)
        {
            return (null, $"live traffic cannot be read: {PlainText.OneLine(error.Message, 200)}");
        }
    }

    // A time-out of the client is a cancellation that nobody here asked for.
    private static bool IsTheirs(Exception error) => error is HttpRequestException or IOException or TimeoutException
        or OperationCanceledException or JsonException or FormatException;
}
