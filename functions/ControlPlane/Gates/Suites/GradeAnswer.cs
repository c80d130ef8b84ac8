using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Gates.Suites;

/// <summary>Says whether an answer is right, by the item's own rule or its assertions; asks a judge where a rubric stands.</summary>
public sealed class GradeAnswer(InferenceClient client)
{
    // promptfoo's own words, so that one judge reads the same question in both.
    private const string Instruction = """
        You are grading output according to a user-specified rubric. If the statement in the rubric is true, then the output passes the test. You must respond with a JSON object with this structure: {reason: string, pass: boolean, score: number}

        Examples:

        <Output>Hello world</Output>
        <Rubric>Content contains a greeting</Rubric>
        {"reason": "the content contains the word 'Hello'", "pass": true, "score": 1.0}

        <Output>Avast ye swabs, repel the invaders!</Output>
        <Rubric>Does not speak like a pirate</Rubric>
        {"reason": "'avast ye' is a common pirate term", "pass": false, "score": 0.0}
        """;

    /// <summary>Whether the answer is right, and what each assertion showed.</summary>
    public async Task<(bool Right, IReadOnlyList<CheckResult> Checks)> Of(EvaluationItem item, Completion answer, CancellationToken cancellation)
    {
        if (item.Match != Match.Assertions || answer.Error is not null)
        {
            return (answer.Error is null && item.Accepts(answer.Text), []);
        }
        List<CheckResult> checks = [];
        foreach (Assertion assertion in item.Assertions)
        {
            checks.Add(await Check(assertion, answer, cancellation));
        }
        return (Passes(checks, item.Threshold) == true, checks);
    }

    /// <summary>Whether checks pass together: each, or their weighted score where a threshold is given; null when one could not be told.</summary>
    internal static bool? Passes(IReadOnlyList<CheckResult> checks, double? threshold) =>
        checks.Any(check => check.Passed is null) ? null : threshold is { } least ? Score(checks) >= least : checks.All(check => check.Passed == true);

    internal static double Score(IReadOnlyList<CheckResult> checks)
    {
        double weight = checks.Sum(check => check.Weight);
        return weight > 0 ? checks.Sum(check => check.Score * check.Weight) / weight : checks.Count == 0 ? 1 : 0;
    }

    private async Task<CheckResult> Check(Assertion assertion, Completion answer, CancellationToken cancellation)
    {
        switch (assertion.Type)
        {
            case Assertion.Set:
                List<CheckResult> within = [];
                foreach (Assertion child in assertion.Children)
                {
                    within.Add(await Check(child, answer, cancellation));
                }
                string failed = string.Join("; ", within.Where(check => check.Passed != true).Select(check => $"{check.Type}: {check.Reason}"));
                return new CheckResult(Assertion.Set, assertion.Metric, Passes(within, assertion.Threshold), Score(within), assertion.Weight, failed.Length == 0 ? "passed" : failed)
                {
                    Within = within,
                };
            case "llm-rubric":
                return await Judge(assertion, answer, cancellation);
            case "moderation":
                Completion flagged = await client.Moderate(assertion.Judge!.Endpoint, assertion.Judge.Model, answer.Text, Key(assertion.Judge), cancellation);
                return ModerationReply.Read(assertion, flagged);
            default:
                return CheckAnswer.Of(assertion, answer);
        }
    }

    private async Task<CheckResult> Judge(Assertion assertion, Completion answer, CancellationToken cancellation)
    {
        Judge judge = assertion.Judge!;
        JsonObject body = new()
        {
            ["model"] = judge.Model,
            ["temperature"] = 0,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = Instruction },
                new JsonObject { ["role"] = "user", ["content"] = $"<Output>\n{answer.Text}\n</Output>\n<Rubric>\n{Template.Text(assertion.Value)}\n</Rubric>" }),
        };
        Completion verdict = await client.Send(judge.Endpoint, body, Key(judge), cancellation);
        return verdict.Error is { } error
            ? CheckAnswer.Result(assertion, null, 0, $"the judge did not answer: {error}")
            : Read(assertion, verdict.Text);
    }

    private static string? Key(Judge judge) => judge.KeyVariable is { } variable ? Environment.GetEnvironmentVariable(variable) : null;

    private static CheckResult Read(Assertion assertion, string text)
    {
        if (JsonWithin.Objects(text).OfType<JsonObject>().FirstOrDefault() is not { } verdict
            || (verdict["pass"] as JsonValue)?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
        {
            return CheckAnswer.Result(assertion, null, 0, "the judge's answer is no verdict");
        }
        bool says = verdict["pass"]!.GetValue<bool>();
        double score = verdict["score"] is JsonValue number && number.GetValueKind() == JsonValueKind.Number
            ? double.Parse(number.ToJsonString(), CultureInfo.InvariantCulture) : says ? 1 : 0;
        bool passed = (says && (assertion.Threshold is not { } least || score >= least)) != assertion.Negated;
        return CheckAnswer.Result(assertion, passed, assertion.Negated ? 1 - score : score, Template.Text(verdict["reason"]));
    }
}
