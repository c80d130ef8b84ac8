namespace LlmOps.Gates;

/// <summary>An item whose answers were not all right or all wrong: how many of how many were right.</summary>
public sealed record FlakyItem(string Dataset, string Item, int Right, int Runs);

/// <summary>Makes one answer an item of several: the one with the median time among those that say what most say.</summary>
public static class Repeats
{
    public static IReadOnlyList<Sample> Collapse(IReadOnlyList<Sample> samples) =>
        samples.All(sample => sample.Run == 0) ? samples : [.. ByItem(samples).Select(runs => Typical([.. runs]))];

    /// <summary>The items whose answers differ in being right.</summary>
    public static IReadOnlyList<FlakyItem> Flaky(IReadOnlyList<Sample> samples) =>
    [
        .. ByItem(samples).Select(runs => new FlakyItem(runs.Key.Dataset, runs.Key.Item, runs.Count(run => run.Right), runs.Count()))
            .Where(item => item.Right > 0 && item.Right < item.Runs),
    ];

    private static IEnumerable<IGrouping<(string Dataset, string Item), Sample>> ByItem(IReadOnlyList<Sample> samples) =>
        samples.GroupBy(sample => (sample.Dataset, sample.Item));

    // Half right is not right.
    private static Sample Typical(List<Sample> runs)
    {
        bool right = runs.Count(run => run.Right) * 2 > runs.Count;
        List<Sample> said = [.. runs.Where(run => run.Right == right).OrderBy(run => run.LatencyMs)];
        return said[(said.Count - 1) / 2] with { Run = 0 };
    }
}
