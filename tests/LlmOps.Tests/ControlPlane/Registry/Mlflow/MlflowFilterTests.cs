using LlmOps.Registry.Mlflow;

namespace LlmOps.Tests.ControlPlane.Registry.Mlflow;

public sealed class MlflowFilterTests
{
    private static readonly Dictionary<string, string> Attributes = new()
    {
        ["name"] = "tiny-ops", ["version_number"] = "2", ["run_id"] = "r1", ["source_path"] = "blob://models/tiny-ops/1.1.0",
    };

    private static readonly MlflowTag[] Tags = [new("owner", "Ada"), new("llmops.version", "1.1.0"), new("two words", "it's")];

    [Theory]
    [InlineData("name = 'tiny-ops'", true)]
    [InlineData("name='tiny-ops'", true)]
    [InlineData("attribute.name = \"tiny-ops\"", true)]
    [InlineData("name != 'tiny-ops'", false)]
    [InlineData("name LIKE 'tiny%'", true)]
    [InlineData("name like 'TINY%'", false)]
    [InlineData("name ILIKE 'TINY%'", true)]
    [InlineData("name LIKE 'tiny.ops'", false)]
    [InlineData("name LIKE 'tiny_ops'", true)]
    [InlineData("tags.owner = 'Ada'", true)]
    [InlineData("tag.owner = 'Bob'", false)]
    [InlineData("tags.`owner` = 'Ada' AND name = 'tiny-ops'", true)]
    [InlineData("tags.`two words` = \"it's\" and tags.llmops.version LIKE '1.%'", true)]
    [InlineData("tags.absent != 'x'", false)]
    [InlineData("tags.`mlflow.prompt.is_prompt` != 'true'", true)]
    [InlineData("version_number = 2", true)]
    [InlineData("version_number > 2", false)]
    [InlineData("version_number >= '2' AND version_number < 10", true)]
    [InlineData("run_id IN ('r0', 'r1')", true)]
    [InlineData("run_id IN ('r0')", false)]
    [InlineData("source_path LIKE '%/1.1.0'", true)]
    [InlineData("  ", true)]
    public void A_filter_holds_as_in_mlflow(string filter, bool holds)
    {
        (IReadOnlyList<MlflowClause>? clauses, string refusal) = MlflowFilter.Parse(filter, MlflowFilter.OfVersions);
        Assert.True(clauses is not null, refusal);
        Assert.Equal(holds, clauses.All(clause => clause.Holds(Attributes, Tags)));
    }

    [Theory]
    [InlineData("name = 'a' OR name = 'b'", "joined by AND only")]
    [InlineData("name = 'a' AND", "joined by AND only")]
    [InlineData("name = 'a'; DROP", "joined by AND only")]
    [InlineData("(name = 'a')", "Invalid clause")]
    [InlineData("name = tiny", "Invalid clause")]
    [InlineData("name", "Invalid clause")]
    [InlineData("name BETWEEN 'a'", "Invalid clause")]
    [InlineData("stage = 'Production'", "Invalid attribute key 'stage'")]
    [InlineData("params.x = 'a'", "Invalid attribute key")]
    [InlineData("name = 5", "Expected a quoted string")]
    [InlineData("name > 'a'", "Invalid comparator '>'")]
    [InlineData("name IN ('a')", "Invalid comparator 'IN'")]
    [InlineData("run_id IN 'a'", "IN compares")]
    [InlineData("run_id = ('a')", "IN compares")]
    [InlineData("version_number = 'two'", "compares with a number")]
    [InlineData("version_number LIKE '2'", "Invalid comparator 'LIKE'")]
    public void What_is_not_offered_is_refused_and_said(string filter, string refusal)
    {
        (IReadOnlyList<MlflowClause>? clauses, string said) = MlflowFilter.Parse(filter, MlflowFilter.OfVersions);
        Assert.Null(clauses);
        Assert.Contains(refusal, said, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_models_only_the_name_and_tags_are_compared()
    {
        Assert.Null(MlflowFilter.Parse("version_number = 1", MlflowFilter.OfModels).Clauses);
        Assert.NotNull(MlflowFilter.Parse("name = 'a' AND tags.x = 'y'", MlflowFilter.OfModels).Clauses);
    }
}
