using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates;

public sealed class ExplainGatesTests
{
    [Fact]
    public async Task The_shipped_gates_are_explained_with_the_number_of_items_that_they_need()
    {
        const string folder = "inference/deploy/apps/tiny-ops/";
        string text = Repository.Text(folder + "gates.yaml");
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", text);
        TestSuite suite = await TestSuite.Read("gates.yaml", text, policy, path => Task.FromResult(Repository.Text(folder + path)));
        IReadOnlyList<GateNeed> needs = ExplainGates.Of(policy, suite);
        Assert.Equal([200, 89, 42, 200, 200], needs.Select(need => need.Items));
        Assert.Equal(59, needs[0].Needed);
        Assert.InRange(needs[0].LossesAllowed!.Value, 3, 6);
        Assert.Contains("equally good answers pass", needs[2].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_that_the_items_cannot_show_is_told_before_anything_is_asked()
    {
        const string text = "datasets: { golden: g.jsonl }\ngates: [{ metric: accuracy, vs_champion: { max_drop: 0.02 } }, { metric: exact_match, min: 1 }]\n";
        ModelPolicy policy = ModelPolicy.Read("gates.yaml", text);
        TestSuite suite = await TestSuite.Read("gates.yaml", text, policy, _ => Task.FromResult("{\"id\": \"a\", \"prompt\": \"p\", \"expected\": \"e\", \"match\": \"contains\"}\n"));
        IReadOnlyList<GateNeed> needs = ExplainGates.Of(policy, suite);
        Assert.Contains("1 items cannot tell even equal answers from a drop of 0.02: it needs 150", needs[0].Text, StringComparison.Ordinal);
        Assert.Contains("the gate cannot pass", needs[1].Text, StringComparison.Ordinal);
    }
}
