namespace LlmOps.Inference.Models.Fetching;

/// <summary>Lets one process at a time fetch a version into a cache. The system frees it with its process, however that ends.</summary>
internal static partial class CacheLock
{
    // EAGAIN of flock, on Linux and on macOS; Windows' sharing violation.
    private static readonly int[] HeldByAnother = [11, 35, unchecked((int)0x80070020)];

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(250);

    public static async Task<IDisposable> Take(string path, TimeProvider clock, ILogger logger, CancellationToken cancellation)
    {
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (HeldByAnother.Contains(e.HResult))
            {
                if (!told) Log.Held(logger, path);
                await Task.Delay(Poll, clock, cancellation);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "another process fetches the same version, and holds {Path}")]
        public static partial void Held(ILogger logger, string path);
    }
}
