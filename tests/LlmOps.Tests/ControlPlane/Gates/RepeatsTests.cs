using LlmOps.Gates;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class RepeatsTests
{
    [Fact]
    public void Answers_asked_once_are_taken_as_they_are()
    {
        Sample[] once = [Run("a", 0, right: true, 10), Run("b", 0, right: false, 20)];
        Assert.Same(once, Repeats.Collapse(once));
        Assert.Empty(Repeats.Collapse([]));
    }

    [Fact]
    public void Each_item_of_each_dataset_becomes_one_answer_in_the_order_asked()
    {
        Sample[] samples =
        [
            Run("b", 0, right: true, 10), Run("a", 0, right: true, 20), Run("a", 0, right: true, 30) with { Dataset = "safety" },
            Run("b", 1, right: true, 40), Run("a", 1, right: true, 50), Run("a", 1, right: true, 60) with { Dataset = "safety" },
        ];
        Assert.Equal([("golden", "b", 10.0, 0), ("golden", "a", 20.0, 0), ("safety", "a", 30.0, 0)], Repeats.Collapse(samples).Select(one => (one.Dataset, one.Item, one.LatencyMs, one.Run)));
    }

    [Theory]
    [InlineData("yes 10, no 20, yes 30", true, 10)]
    [InlineData("yes 30, no 20, yes 10", true, 10)]
    [InlineData("no 30, no 10, yes 20", false, 10)]
    [InlineData("yes 10, no 20", false, 20)]
    [InlineData("no 10, yes 20", false, 10)]
    [InlineData("yes 10, no 20, no 40, yes 30", false, 20)]
    [InlineData("yes 40, yes 10, yes 30, yes 20", true, 20)]
    [InlineData("yes 50, yes 10, yes 30, yes 20, yes 40", true, 30)]
    [InlineData("no 60, no 20, no 40", false, 40)]
    public void Most_answers_decide_and_the_median_in_time_among_them_is_kept(string answers, bool right, double latency)
    {
        Sample typical = Assert.Single(Repeats.Collapse([.. Read(answers)]));
        Assert.Equal((right, latency, 0), (typical.Right, typical.LatencyMs, typical.Run));
    }

    [Theory]
    [InlineData("yes 1", null)]
    [InlineData("no 1", null)]
    [InlineData("yes 1, yes 2, yes 3", null)]
    [InlineData("no 1, no 2, no 3", null)]
    [InlineData("no 1, yes 2, no 3", 1)]
    [InlineData("yes 1, yes 2, no 3", 2)]
    public void An_item_is_flaky_when_some_of_its_answers_are_right_and_some_are_not(string answers, int? right)
    {
        Sample[] samples = [.. Read(answers)];
        FlakyItem[] expected = right is { } some ? [new FlakyItem("golden", "a", some, samples.Length)] : [];
        Assert.Equal(expected, Repeats.Flaky(samples));
    }

    private static IEnumerable<Sample> Read(string answers) => answers.Split(", ").Select(answer => answer.Split(' '))
        .Select((answer, run) => Run("a", run, answer[0] == "yes", int.Parse(answer[1])));

    private static Sample Run(string item, int run, bool right, double latency) => new("golden", item, "ask", "said", 1, latency, null, right) { Run = run };
}
