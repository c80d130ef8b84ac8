namespace LlmOps.Kubernetes;

/// <summary>
/// When a call that failed is made again. All our calls may be made twice: they read, or patch to the same end, some with
/// the resource version that they were computed from.
/// </summary>
public static class ApiRetry
{
    /// <summary>Calls in all.</summary>
    public const int Tries = 4;

    /// <summary>The longest wait that a server may ask for; one that asks for more is refused at once.</summary>
    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>The wait before the next try; null when there is none. Status 0 means no answer at all.</summary>
    public static TimeSpan? After(int status, int attempt, TimeSpan? asked)
    {
        // 410 of a list's page is not passing: the list is begun anew. 409 is for who read the object.
        bool passing = status is 0 or 408 or 429 or 500 or 502 or 503 or 504;
        if (!passing || attempt >= Tries || asked > MostWait)
        {
            return null;
        }
        TimeSpan own = FirstPause * Math.Pow(2, attempt - 1);
        return asked > own ? asked : own;
    }
}
