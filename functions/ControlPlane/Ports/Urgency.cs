namespace LlmOps.Ports;

/// <summary>
/// Whether what is asked of a host now is for a rollback, and may use what is kept back from everything else. It is marked
/// where the work begins and holds for all that is awaited from there, so that no port needs a parameter for it.
/// </summary>
public static class Urgency
{
    private static readonly AsyncLocal<bool> Marked = new();

    public static bool Now => Marked.Value;

    /// <summary>Marks the rest of the async method that calls it, and what that calls; its caller is as it was.</summary>
    public static void Mark() => Marked.Value = true;
}
