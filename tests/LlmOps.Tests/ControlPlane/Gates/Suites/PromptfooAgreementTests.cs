using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlmOps.Gates;
using LlmOps.Gates.Suites;
using LlmOps.Manifests;
using LlmOps.Tests.Fakes;

namespace LlmOps.Tests.ControlPlane.Gates.Suites;

/// <summary>The same gate file on the same answers gives the same results here and in promptfoo, as record.mjs recorded it.</summary>
public sealed class PromptfooAgreementTests
{
    private const string Folder = "tests/LlmOps.Tests/ControlPlane/Gates/promptfoo/";

    [Fact]
    public async Task Every_test_passes_or_fails_as_in_promptfoo_with_the_same_scores()
    {
        JsonArray theirs = JsonNode.Parse(Repository.Text(Folder + "results.json"))!["results"]!.AsArray();
        List<EvaluationItem> items = [.. (await Read()).Datasets.SelectMany(dataset => dataset.Items)];
        Assert.Equal(75, theirs.Count);
        Assert.Equal(theirs.Count, items.Count);
        GradeAnswer grade = new(new InferenceClient(new HttpClient(new JudgeOfCats()), TimeProvider.System));
        JsonObject answers = JsonNode.Parse(Repository.Text(Folder + "answers.json"))!.AsObject();
        for (int i = 0; i < items.Count; i++)
        {
            JsonNode expected = theirs[i]!;
            string what = $"{items[i].Id}: {expected["description"]}";
            Completion answer = new(answers[items[i].Prompt]!.GetValue<string>(), 2, 1, null) { Perplexity = Math.Exp(0.375) };
            (bool right, IReadOnlyList<CheckResult> checks) = await grade.Of(items[i], answer, default);
            Assert.True(expected["passed"]!.GetValue<bool>() == right, $"{what}: ours is {right}: {string.Join("; ", checks.Select(check => check.Reason))}");
            Same(what, [.. expected["checks"]!.AsArray()], [.. checks.SelectMany(check => check.Within.Prepend(check))]);
        }
    }

    [Fact]
    public async Task What_has_no_effect_and_what_always_passes_is_told()
    {
        TestSuite suite = await Read();
        Assert.Equal(["providers"], suite.Ignored);
        Assert.Contains(suite.Warnings, warning => warning.Contains("weight 0 makes contains pass", StringComparison.Ordinal));
        Assert.Contains(suite.Warnings, warning => warning.Contains("threshold 0 makes bleu pass", StringComparison.Ordinal));
        Assert.Equal(["tests", "table", "lines"], suite.Datasets.Select(dataset => dataset.Name));
        Assert.Equal("structure", suite.Datasets[2].Items[1].Category);
    }

    private static void Same(string what, JsonNode?[] expected, CheckResult[] ours)
    {
        Assert.True(expected.Length == ours.Length, what);
        foreach ((JsonNode? theirs, CheckResult check) in expected.Zip(ours))
        {
            Assert.True(theirs!["passed"]!.GetValue<bool>() == check.Passed, $"{what}: {check}");
            Assert.Equal(theirs["type"]!.GetValue<string>(), check.Type);
            Assert.True(Math.Abs(theirs["score"]!.GetValue<double>() - check.Score) < 1e-9, $"{what}: {check.Type} {check.Score}, promptfoo {theirs["score"]}");
        }
    }

    private static Task<TestSuite> Read()
    {
        string text = Repository.Text(Folder + "suite.yaml");
        return TestSuite.Read("suite.yaml", text, ModelPolicy.Read("suite.yaml", text), path => Task.FromResult(Repository.Text(Folder + path)));
    }

    // The judge of record.mjs.
    private sealed class JudgeOfCats : HttpMessageHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            string body = await request.Content!.ReadAsStringAsync(cancellationToken);
            bool cat = body.Contains("tells of a cat", StringComparison.Ordinal);
            string verdict = JsonSerializer.Serialize(new { reason = "", pass = cat, score = cat ? 0.9 : 0.1 });
            string answer = JsonSerializer.Serialize(new { choices = new[] { new { message = new { content = verdict } } } });
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer, Encoding.UTF8, "application/json") };
        }
    }
}
