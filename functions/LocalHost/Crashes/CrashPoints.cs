namespace LlmOps.LocalHost.Crashes;

/// <summary>Counts the effects of this process and tells each to whoever records or kills.</summary>
internal sealed class CrashPoints(Action<CrashPoint> reached)
{
    private readonly Dictionary<(string, string), int> counts = [];
    private readonly Lock turn = new();

    /// <summary>To be called when the effect is durable, before anything that builds on it.</summary>
    public void Reached(string name, string detail)
    {
        lock (turn)
        {
            int occurrence = counts[(name, detail)] = counts.GetValueOrDefault((name, detail)) + 1;
            reached(new CrashPoint(name, detail, occurrence));
        }
    }
}
