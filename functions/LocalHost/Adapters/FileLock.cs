namespace LlmOps.LocalHost.Adapters;

/// <summary>An exclusive lock on a file, between processes too. The system lets go of it when its holder dies, however it dies.</summary>
internal static class FileLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    /// <summary>Waits until nobody else holds the lock; disposing the result releases it.</summary>
    public static async Task<IDisposable> Acquire(string path, CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0);
            }
            catch (IOException failure) when (IsHeld(failure))
            {
                await Task.Delay(Pause, cancellation);
            }
        }
    }

    // EWOULDBLOCK of flock(2) on Linux and on macOS, ERROR_SHARING_VIOLATION on Windows.
    private static bool IsHeld(IOException failure) => failure.HResult is 11 or 35 or unchecked((int)0x80070020);
}
