using System.Text;
using System.Text.Json.Nodes;
using LlmOps.Audit;
using LlmOps.Registry;
using LlmOps.Registry.Mlflow;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Registry.Mlflow;

/// <summary>
/// Plays calls and answers that were written from MLflow's documentation and protocol file, not recorded. `written-from-documentation-*.json` say
/// where each comes from.
/// </summary>
public sealed class MlflowTraceTests
{
    private static readonly string Folder = Repository.At("tests/LlmOps.Tests/ControlPlane/Registry/Mlflow");

    public static TheoryData<string> Traces => [.. Directory.GetFiles(Folder, "written-from-documentation-*.json").Select(file => Path.GetFileName(file)!)];

    [Theory]
    [MemberData(nameof(Traces))]
    public async Task A_trace_is_answered_as_it_is_written(string file)
    {
        using LoopFixture loop = new();
        await Fill(loop);
        foreach (JsonNode? step in JsonNode.Parse(File.ReadAllText(Path.Combine(Folder, file)))!["steps"]!.AsArray())
        {
            string method = (string)step!["method"]!;
            byte[] fields = Encoding.UTF8.GetBytes(step["fields"]!.ToJsonString());
            MlflowAnswer answer = await loop.Get<AnswerMlflow>().Handle(
                new MlflowRequest(method, (string)step["path"]!, MlflowRequest.Parse(fields)!), default);
            string what = $"{method} {step["path"]} {step["fields"]!.ToJsonString()}";
            Assert.True((int)step["status"]! == answer.Status, $"{what}: {answer.Status} {answer.Json}");
            JsonNode said = JsonNode.Parse(answer.Json)!;
            Assert.True(JsonNode.DeepEquals(step["answer"], said), $"{what} answered\n{said}\nnot\n{step["answer"]}");
        }
    }

    [Fact]
    public async Task Pages_cover_everything_once()
    {
        using LoopFixture loop = new();
        ModelRegistry registry = loop.Get<ModelRegistry>();
        for (int i = 0; i < 7; i++)
        {
            await registry.Register("m", $"1.0.{i}", $"d{i}", default);
        }
        List<string> seen = [];
        string? token = "";
        while (token is not null)
        {
            JsonNode page = JsonNode.Parse((await Ask(loop, "model-versions/search", ("max_results", "3"), ("page_token", token))).Json)!;
            seen.AddRange(page["model_versions"]!.AsArray().Select(version => (string)version!["version"]!));
            token = (string?)page["next_page_token"];
        }
        Assert.Equal(["7", "6", "5", "4", "3", "2", "1"], seen);
    }

    [Theory]
    [InlineData("max_results", "0")]
    [InlineData("max_results", "1001")]
    [InlineData("max_results", "many")]
    [InlineData("page_token", "!")]
    [InlineData("page_token", "YWZ0ZXI6LTE")]
    [InlineData("order_by", "stage")]
    [InlineData("order_by", "name SIDEWAYS")]
    [InlineData("filter", "name CONTAINS 'x'")]
    public async Task What_cannot_be_read_is_invalid(string field, string value)
    {
        using LoopFixture loop = new();
        MlflowAnswer answer = await Ask(loop, "registered-models/search", (field, value));
        Assert.Equal(400, answer.Status);
        Assert.Equal("INVALID_PARAMETER_VALUE", (string?)JsonNode.Parse(answer.Json)!["error_code"]);
    }

    private static Task<MlflowAnswer> Ask(LoopFixture loop, string path, params (string Key, string Value)[] fields) => loop.Get<AnswerMlflow>().Handle(
        new MlflowRequest("GET", path, fields.ToDictionary(field => field.Key, field => (IReadOnlyList<string>)[field.Value])), default);

    // Two versions of one model: the first has been the champion, the second is a candidate that passed its gates.
    private static async Task Fill(LoopFixture loop)
    {
        ModelRegistry registry = loop.Get<ModelRegistry>();
        await registry.Register("tiny-ops", "1.0.0", "d0", default);
        await registry.MoveAliases("tiny-ops", new Dictionary<string, string?> { [Aliases.Champion] = "1.0.0" }, "llmops", "promoted", "k1", default);
        loop.Clock.Advance(TimeSpan.FromSeconds(1));
        await registry.Register("tiny-ops", "1.1.0", "d1", default, new Dictionary<string, string> { ["commit"] = "c1", ["run"] = "r1" });
        await registry.MoveAliases("tiny-ops", new Dictionary<string, string?> { [Aliases.Candidate] = "1.1.0" }, "llmops", "staged", "k2", default);
        await loop.Get<AuditLog>().Append(
            new AuditFact("a", "GatesPassed", "tiny-ops", "1.1.0", "", new Dictionary<string, string> { ["report"] = "p1", ["dataset.golden"] = "g1" }), default);
    }
}
