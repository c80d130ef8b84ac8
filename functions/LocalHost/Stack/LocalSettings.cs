namespace LlmOps.LocalHost.Stack;

/// <summary>What the triggers' %names% stand for on one machine.</summary>
internal static class LocalSettings
{
    public static IReadOnlyDictionary<string, string> Values { get; } = new Dictionary<string, string>
    {
        ["AdvanceSchedule"] = "*/2 * * * * *",
        ["CapacitySchedule"] = "*/10 * * * * *",
        ["SweepSchedule"] = "*/10 * * * * *",
    };
}
